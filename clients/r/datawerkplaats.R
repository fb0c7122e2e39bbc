# Released figures of a data workplace in one line of R: dwp_figures("loneliness_djg_pct", level = "gemeente").
# Needs httr2 and jsonlite. A data frame with margins, status and the reason of what is absent; a refusal is an error with its sentence.

dwp_address <- function() getOption("dwp.address", "http://127.0.0.1:8600/v1")

dwp_get <- function(place, ...) {
  asked <- Filter(Negate(is.null), list(...))
  # A list of values is asked as one parameter per value.
  asked <- unlist(lapply(names(asked), function(name) {
    stats::setNames(as.list(asked[[name]]), rep(name, length(asked[[name]])))
  }), recursive = FALSE)
  request <- httr2::request(paste0(dwp_address(), "/", place))
  request <- do.call(httr2::req_url_query, c(list(request), asked))
  request <- httr2::req_headers(request, `Accept-Language` = "en")
  request <- httr2::req_error(request, body = function(answer) {
    httr2::resp_body_json(answer, check_type = FALSE)$detail
  })
  jsonlite::fromJSON(httr2::resp_body_string(httr2::req_perform(request)))
}

dwp_pages <- function(place, ..., release = NULL) {
  first <- dwp_get(place, ..., page_size = 5000, release = release)
  if (first$last_page < 2) return(first$items)
  # All pages are of one release, also when a new one is published meanwhile.
  rest <- lapply(seq(2, first$last_page), function(page) {
    dwp_get(place, ..., page_size = 5000, page = page, release = first$release)$items
  })
  do.call(rbind, c(list(first$items), rest))
}

dwp_figures <- function(indicator = NULL, ...) dwp_pages("observations", indicator = indicator, ...)
dwp_indicators <- function(text = NULL, ...) dwp_pages("indicators", text = text, ...)
dwp_regions <- function(level = NULL, ...) dwp_pages("regions", level = level, ...)
# Refused with its sentence while there is no valid decision to use what is predicted.
dwp_predictions <- function(...) dwp_pages("predictions", ...)
dwp_association <- function(first, second, ...) dwp_get("associations", first = first, second = second, ...)
