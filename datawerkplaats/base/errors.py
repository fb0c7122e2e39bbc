# Long because it is one list: every code with its sentence in two languages and its exit code.
"""Every failure is a sentence: which file, row or column, what was expected and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

from datawerkplaats.base.visible import visible

Language = Literal["nl", "en"]

# One entry per kind of problem: what went wrong, in Dutch and English. Subject, place, expectation and remedy are appended
# by `DataProblem.sentence`, so that every message has the same order and none can forget its remedy.
PROBLEMS: dict[str, dict[Language, str]] = {
    "wrong_delimiter": {"nl": "het scheidingsteken klopt niet", "en": "the delimiter is not the agreed one"},
    "missing_column": {"nl": "een kolom ontbreekt", "en": "a column is missing"},
    "duplicate_key": {"nl": "een sleutel komt meer dan één keer voor", "en": "a key occurs more than once"},
    "unknown_region": {"nl": "een onbekende regiocode", "en": "an unknown region code"},
    "unknown_region_setting": {
        "nl": "de gekozen regio bestaat niet",
        "en": "the chosen region does not exist",
    },
    "crosswalk_weights": {
        "nl": "de gewichten van een gebied tellen niet op tot 1",
        "en": "the weights of an area do not sum to 1",
    },
    "crosswalk_incomplete": {
        "nl": "een gebied heeft geen vervolg in de omzettabel",
        "en": "an area is not followed in the crosswalk",
    },
    "crosswalk_line": {
        "nl": "een regel van een omzettabel klopt niet",
        "en": "a line of a crosswalk is not right",
    },
    "nested_cell": {
        "nl": "een cel bevat zelf een lijst of een object",
        "en": "a cell holds a list or an object itself",
    },
    "not_a_number": {"nl": "een waarde is geen getal", "en": "a value is not a number"},
    "empty_file": {"nl": "het bestand is leeg", "en": "the file is empty"},
    "unreadable_file": {
        "nl": "het bestand is beschadigd of afgebroken",
        "en": "the file is damaged or cut off",
    },
    "no_rows": {"nl": "de tabel heeft geen rijen", "en": "the table has no rows"},
    "duplicate_column": {
        "nl": "een kolomnaam komt meer dan één keer voor",
        "en": "a column name occurs more than once",
    },
    "ambiguous_column": {
        "nl": "een kolom kan op twee manieren worden gelezen",
        "en": "a column can be read in two ways",
    },
    "not_inferred": {
        "nl": "dit is niet uit de levering af te leiden",
        "en": "this cannot be told from the delivery",
    },
    "edition_twice": {
        "nl": "twee bestanden hebben cijfers van hetzelfde jaar",
        "en": "two files hold figures of the same year",
    },
    "rows_left_out": {
        "nl": "rijen zonder code zijn niet meegeteld",
        "en": "rows without a code were left out",
    },
    "uneven_row": {
        "nl": "een rij heeft meer of minder velden dan de kop",
        "en": "a row has more or fewer fields than the heading",
    },
    "wrong_encoding": {"nl": "de tekens zijn geen UTF-8", "en": "the text is not UTF-8"},
    "not_geojson": {"nl": "het bestand is geen GeoJSON", "en": "the file is not GeoJSON"},
    "unsupported_file": {"nl": "dit soort bestand wordt niet gelezen", "en": "this kind of file is not read"},
    "not_a_plain_file": {
        "nl": "dit is geen gewoon bestand in de leveringsmap; het is niet gelezen",
        "en": "this is not a plain file in the folder with deliveries; it was not read",
    },
    "too_large": {
        "nl": "dit is groter dan een levering mag zijn; het lezen is gestopt",
        "en": "this is larger than a delivery may be; reading was stopped",
    },
    "unfolds_too_far": {
        "nl": "dit wordt bij het uitpakken veel groter dan het lijkt; het lezen is gestopt",
        "en": "this becomes far larger than it looks when it is unfolded; reading was stopped",
    },
    "reading_took_too_much": {
        "nl": "het lezen vroeg te veel geheugen en is gestopt",
        "en": "reading took too much memory and was stopped",
    },
    "reading_took_too_long": {
        "nl": "het lezen duurde te lang en is gestopt",
        "en": "reading took too long and was stopped",
    },
    "other_origin": {
        "nl": "de dienst verwijst naar een ander adres dan is ingesteld; dat is niet gevolgd",
        "en": "the service points to another address than the one that was set; it was not followed",
    },
    "answer_too_slow": {
        "nl": "de dienst antwoordt zo traag dat het lezen is gestopt",
        "en": "the service answers so slowly that reading was stopped",
    },
    "direct_identifier": {
        "nl": "een kolom kan naar een persoon leiden",
        "en": "a column can lead to a person",
    },
    "column_not_agreed": {
        "nl": "een kolom is niet afgesproken",
        "en": "a column is not part of the agreement",
    },
    "not_a_year": {"nl": "er staat iets wat geen jaar is", "en": "something is not a year"},
    "formula_not_worked_out": {
        "nl": "een formule is niet uitgerekend",
        "en": "a formula was not worked out",
    },
    "table_changed": {
        "nl": "de tabel veranderde tijdens het ophalen",
        "en": "the table changed while it was fetched",
    },
    "older_delivery": {
        "nl": "er is een oudere levering dan die al geladen was",
        "en": "the delivery is older than the one that was loaded before",
    },
    "unknown_category": {"nl": "een onbekende categorie", "en": "an unknown category"},
    "region_too_fine": {
        "nl": "een regiocode is fijner dan afgesproken",
        "en": "a region code is finer than agreed",
    },
    "missing_delivery": {"nl": "de levering ontbreekt", "en": "the delivery is missing"},
    "page_incomplete": {"nl": "een pagina is onvolledig", "en": "a page is incomplete"},
    "page_out_of_order": {
        "nl": "een pagina sluit niet aan",
        "en": "a page does not follow on the one before",
    },
    "row_count_mismatch": {"nl": "het aantal rijen klopt niet", "en": "the number of rows is wrong"},
    "column_count_mismatch": {"nl": "het aantal kolommen klopt niet", "en": "the number of columns is wrong"},
    "request_refused": {"nl": "de dienst weigert het verzoek", "en": "the service refuses the request"},
    "service_unavailable": {"nl": "de dienst antwoordt niet", "en": "the service does not answer"},
    "wrong_entry": {
        "nl": "deze bron wordt langs een andere weg geladen",
        "en": "this source is loaded in another way",
    },
    "source_unverified": {
        "nl": "deze bron heeft nog niemand in het echt gezien",
        "en": "nobody has seen this source as it really is",
    },
    "table_not_found": {"nl": "de dienst kent deze tabel niet", "en": "the service does not know this table"},
    "expectation_failed": {"nl": "een kwaliteitscontrole faalt", "en": "a quality check fails"},
    "catalogue_field": {"nl": "een catalogusbestand klopt niet", "en": "a catalogue file is not right"},
    "unknown_measure": {
        "nl": "de bron levert deze maat niet",
        "en": "the source does not deliver this measure",
    },
    "no_publication": {"nl": "er is nog geen publicatie", "en": "there is no publication yet"},
    "backup_place": {
        "nl": "hier kan dit niet komen; er is niets veranderd",
        "en": "this cannot be put here; nothing was changed",
    },
    "backup_newer": {
        "nl": "deze reservekopie is van een nieuwere versie; er is niets teruggezet",
        "en": "this backup is of a newer version; nothing was put back",
    },
    "backup_damaged": {
        "nl": "deze reservekopie is niet heel; er is niets teruggezet",
        "en": "this backup is not whole; nothing was put back",
    },
    "upgrade_refused": {
        "nl": "het bijwerken is niet begonnen; er is niets veranderd",
        "en": "the upgrade did not begin; nothing was changed",
    },
    "settings_contradict": {
        "nl": "deze instellingen spreken elkaar tegen",
        "en": "these settings contradict each other",
    },
    "unit_place": {"nl": "hier kunnen de units niet komen", "en": "the units cannot be put here"},
    "part_unknown": {"nl": "zo'n deel van de dienst is er niet", "en": "the service has no such part"},
    "runs_already": {
        "nl": "dit draait al; het is niet nog eens gestart",
        "en": "this runs already; it was not started twice",
    },
    "library_timer": {
        "nl": "deze versie van een bibliotheek doet dit anders; de dienst is niet gestart",
        "en": "this version of a library does this in another way; the service did not start",
    },
    "notices_full": {
        "nl": "er wachten te veel meldingen; deze is nog niet in de rij gezet",
        "en": "too many notices are waiting; this one is not in the queue yet",
    },
    "notice_not_sent": {
        "nl": "een melding kon niet worden bezorgd; zij blijft in de rij",
        "en": "a notice could not be delivered; it stays in the queue",
    },
    "site_place": {"nl": "hier kan de site niet komen", "en": "the site cannot be put here"},
    "site_preview": {
        "nl": "de gemeenten zien deze cijfers eerst: de site is nog niet voor iedereen",
        "en": "the gemeenten see these figures first: the site is not for everybody yet",
    },
    "site_region": {
        "nl": "dit gebied staat niet in de publicatie",
        "en": "this area is not in the publication",
    },
    "raw_absent": {
        "nl": "deze publicatie heeft geen bestand met wat bronnen leverden",
        "en": "this publication has no file with what sources delivered",
    },
    "unknown_source": {"nl": "deze bron is er niet", "en": "there is no such source"},
    "publication_damaged": {"nl": "de publicatie is beschadigd", "en": "the publication is damaged"},
    "publication_forged": {
        "nl": "dit is niet door deze werkplaats ondertekend",
        "en": "this was not signed by this workplace",
    },
    "publication_replayed": {
        "nl": "er is een oudere stand teruggezet",
        "en": "an older state was put back",
    },
    "not_enough_space": {"nl": "de schijf is vol", "en": "the disk is full"},
    "build_failed": {"nl": "de opbouw is mislukt", "en": "the build failed"},
    "disclosure_risk": {"nl": "een aantal zou herleidbaar zijn", "en": "a count could be worked out"},
    "load_gate": {
        "nl": "de publicatie zou iets wegnemen of veranderen dat lezers nu hebben",
        "en": "the publication would take away or change what readers have",
    },
    "unknown_proof": {"nl": "dit bewijs bestaat niet", "en": "there is no such proof"},
    "unknown_target": {
        "nl": "deze plek om te bouwen bestaat niet",
        "en": "there is no such target to build on",
    },
    "spark_missing": {
        "nl": "Spark is hier niet te gebruiken",
        "en": "Spark cannot be used here",
    },
    "proof_declaration": {
        "nl": "de aangifte van een bewijs klopt niet",
        "en": "the declaration of a proof is not right",
    },
    "approval_refused": {"nl": "de goedkeuring is geweigerd", "en": "the approval was refused"},
    "signing_key": {"nl": "de sleutel is niet te lezen", "en": "the key cannot be read"},
    "not_allowed": {"nl": "dit mag met deze rol niet", "en": "this role may not do this"},
    "sign_in_refused": {"nl": "aanmelden is niet gelukt", "en": "signing in did not succeed"},
    "sign_in_settings": {
        "nl": "de instellingen voor het aanmelden kloppen niet",
        "en": "the settings for signing in are not right",
    },
    "address_refused": {
        "nl": "zonder aanmelden mag de werkplaats alleen op deze computer te bereiken zijn",
        "en": "without signing in the workplace may be reached on this computer only",
    },
    "stale_edit": {
        "nl": "iemand anders heeft dit intussen veranderd; beide teksten zijn bewaard en niets is overschreven",
        "en": "somebody else has changed this meanwhile; both texts are kept and nothing was overwritten",
    },
    "not_there": {"nl": "dit is er niet (meer)", "en": "this is not there (any more)"},
    "input_refused": {"nl": "de invoer klopt niet", "en": "what was filled in is not right"},
    "text_refused": {
        "nl": "de tekst bevat iets dat hier niet mag staan",
        "en": "the text holds something that may not stand here",
    },
    "plan_begun": {
        "nl": "dit plan is al begonnen en wordt niet meer veranderd",
        "en": "this plan has begun and is not changed any more",
    },
    "plan_start_after_end": {
        "nl": "de start ligt na het einde",
        "en": "the start lies after the end",
    },
    "plan_after_figures": {
        "nl": "van na deze start zijn er al cijfers; dan ligt het plan te laat vast",
        "en": "there are figures from after this start; the plan comes too late",
    },
    "plan_short_before": {
        "nl": "er zijn te weinig jaren met cijfers vóór de start",
        "en": "there are too few years with figures before the start",
    },
    "plan_few_events": {
        "nl": "hiervoor zijn er te weinig gevallen om iets te kunnen zien",
        "en": "there are too few events to see anything",
    },
    "plan_outcome_modelled": {
        "nl": "deze uitkomst is een schatting van een model; daaraan is geen aanpak af te lezen",
        "en": "this outcome is a model estimate; no approach can be read from it",
    },
    "plan_outcome_retired": {
        "nl": "deze uitkomst wordt niet (meer) gevolgd",
        "en": "this outcome is not followed (any more)",
    },
    "plan_area_unknown": {
        "nl": "dit gebied kan niet in het plan",
        "en": "this area cannot be in the plan",
    },
    "plan_overlapping": {
        "nl": "dit gebied hoort al bij een ander plan voor deze uitkomst",
        "en": "this area already belongs to another plan for this outcome",
    },
    "plan_treated_compared": {
        "nl": "een gebied met de aanpak staat ook in de vergelijking",
        "en": "an area with the approach also stands in the comparison",
    },
    "plan_no_comparison": {
        "nl": "er is niets om mee te vergelijken",
        "en": "there is nothing to compare with",
    },
    "goal_year": {
        "nl": "het jaar van het doel ligt niet na het begincijfer",
        "en": "the year of the goal does not lie after the figure it begins at",
    },
    "goal_same": {
        "nl": "het doel is gelijk aan het begincijfer",
        "en": "the goal equals the figure it begins at",
    },
    "reach_small": {
        "nl": "zo weinig mensen worden niet genoemd, omdat zij te herkennen kunnen zijn",
        "en": "so few people are not told of, as they might be recognised",
    },
    "figure_hidden": {
        "nl": "dit cijfer wordt niet getoond; er kan dus niets aan hangen",
        "en": "this figure is not shown, so nothing can hang on it",
    },
    "store_unavailable": {
        "nl": "de opslag van notities en gesprekken is nu niet bereikbaar; er is niets half bewaard",
        "en": "the store of notes and sessions cannot be reached now; nothing was half saved",
    },
    "log_broken": {"nl": "het logboek klopt niet meer", "en": "the log is no longer whole"},
    "unknown_indicator": {"nl": "deze indicator bestaat niet", "en": "there is no such indicator"},
    "indicator_without_figures": {
        "nl": "van deze indicator zijn er geen cijfers",
        "en": "there are no figures of this indicator",
    },
    "unknown_area": {"nl": "dit gebied bestaat niet", "en": "there is no such area"},
    "area_ended": {"nl": "dit gebied bestaat niet meer", "en": "this area exists no longer"},
    "year_without_figures": {
        "nl": "van dit jaar zijn er geen cijfers",
        "en": "there are no figures of this year",
    },
    "page_beyond_end": {"nl": "deze bladzijde ligt voorbij het einde", "en": "this page lies beyond the end"},
    "not_ranked": {
        "nl": "gebieden mogen hier niet op volgorde van dit cijfer staan",
        "en": "areas may not be put in order by this figure",
    },
    "unknown_parameter": {
        "nl": "een onderdeel van de vraag klopt niet",
        "en": "a part of the request is not right",
    },
    "unknown_address": {"nl": "dit adres bestaat niet", "en": "there is no such address"},
    "service_busy": {
        "nl": "er lopen nu te veel vragen tegelijk; probeer het over een paar seconden weer",
        "en": "too many requests are running now; try again in a few seconds",
    },
    "not_approved": {
        "nl": "niet elke partij heeft dit verzoek goedgekeurd; er is niets berekend",
        "en": "not every party has approved this request; nothing was computed",
    },
    "not_decided": {
        "nl": "er is geen geldig besluit in het register; er is niets berekend",
        "en": "there is no valid decision in the register; nothing was computed",
    },
    "other_contract": {
        "nl": "het contract is niet meer hetzelfde; er is niets berekend",
        "en": "the contract is no longer the same; nothing was computed",
    },
    "round_replayed": {
        "nl": "deze ronde is al geweest; er is niets geopend",
        "en": "this round has been before; nothing was opened",
    },
    "already_opened": {
        "nl": "van dit jaar is deze tabel al geopend; een tweede keer zou verschillen verraden",
        "en": "this table was opened for this year before; a second time would tell differences",
    },
    "implausible_count": {
        "nl": "de eigen aantallen zijn niet aannemelijk; er is niets gedeeld",
        "en": "the own counts are not plausible; nothing was shared",
    },
    "nothing_may_open": {
        "nl": "van deze tabel mag geen cel worden geopend; er is niets geopend",
        "en": "no cell of this table may be opened; nothing was opened",
    },
    "certificate_refused": {
        "nl": "een certificaat is geweigerd; er is niets verstuurd",
        "en": "a certificate was refused; nothing was sent",
    },
    "station_silent": {"nl": "een partij antwoordt niet op tijd", "en": "a party does not answer in time"},
    "station_busy": {
        "nl": "bij dit station loopt al een andere ronde",
        "en": "another round already runs at this station",
    },
    "station_dropped": {
        "nl": "een partij is tijdens de ronde weggevallen",
        "en": "a party dropped out during the round",
    },
    "station_stopped": {"nl": "een andere partij stopt de ronde", "en": "another party stops the round"},
    "station_message": {
        "nl": "een bericht van een andere partij is niet te begrijpen",
        "en": "a message of another party cannot be understood",
    },
    "station_clock": {
        "nl": "de klokken van de partijen lopen te ver uiteen",
        "en": "the clocks of the parties are too far apart",
    },
    "publication_withdrawn": {"nl": "deze publicatie is ingetrokken", "en": "this publication was withdrawn"},
    "predictions_absent": {
        "nl": "deze publicatie voorspelt niets",
        "en": "this publication predicts nothing",
    },
    "predictions_closed": {
        "nl": "wat wordt voorspeld is dicht: er is geen geldig besluit om het te gebruiken",
        "en": "what is predicted is closed: there is no valid decision to use it",
    },
    "not_openbaar": {
        "nl": "dit mag niet iedereen zien: geen geldig besluit zegt dat het openbaar is",
        "en": "not everybody may see this: no valid decision says that it is public",
    },
    "egress_undeclared": {
        "nl": "van iets dat naar buiten zou gaan, is niet gezegd wat het is",
        "en": "something that would go out is not declared",
    },
    "egress_refused": {
        "nl": "iets dat naar buiten zou gaan, vertelt te veel over mensen",
        "en": "something that would go out tells too much about people",
    },
    "query_refused": {"nl": "de vraag is geweigerd", "en": "the query was refused"},
    "query_not_one_select": {
        "nl": "alleen één vraag die leest mag hier staan (select, with, from, pivot, describe, summarize of show tables)",
        "en": "only one query that reads may stand here (select, with, from, pivot, describe, summarize or show tables)",
    },
    "query_table_not_published": {
        "nl": "dit is geen gepubliceerde tabel; schrijf schema.tabel zoals core.dim_region, 'show all tables' toont ze alle",
        "en": "this is not a published table; write schema.table such as core.dim_region, 'show all tables' lists them",
    },
    "query_function_not_allowed": {
        "nl": "deze functie is hier niet toegestaan; toegestaan is wat gepubliceerde cijfers rekent, telt of opmaakt",
        "en": "this function is not allowed here; allowed is what computes, counts or formats published figures",
    },
    "query_construct_not_allowed": {
        "nl": "dit onderdeel van SQL is hier niet toegestaan; vereenvoudig de vraag",
        "en": "this part of SQL is not allowed here; simplify the query",
    },
    "query_range_not_bounded": {
        "nl": "een reeks heeft hier getallen, jaren of datums als grenzen en telt hoogstens een miljoen stappen",
        "en": "a series has numbers, years or dates as bounds here and at most a million steps",
    },
    "query_too_complex": {
        "nl": "de vraag is te lang of te diep genest; splits haar",
        "en": "the query is too long or nested too deeply; split it",
    },
    "query_syntax": {
        "nl": "dit is niet te lezen als SQL; kijk rond de genoemde plaats naar een komma, haakje of woord",
        "en": "this cannot be read as SQL; look near the place named for a comma, bracket or word",
    },
    "query_failed": {
        "nl": "de database kan deze vraag niet uitvoeren; kijk naar namen en soorten van kolommen ('describe schema.tabel')",
        "en": "the database cannot run this query; look at names and types of columns ('describe schema.table')",
    },
    "query_too_slow": {
        "nl": "de vraag duurde te lang en is gestopt; vraag minder gebieden of jaren, of controleer de join-voorwaarden",
        "en": "the query took too long and was stopped; ask for fewer areas or years, or check the join conditions",
    },
    "query_too_large": {
        "nl": "de vraag of het antwoord vroeg te veel geheugen en is gestopt; vraag minder rijen of kolommen, of tel op",
        "en": "the query or its answer took too much memory and was stopped; ask for fewer rows or columns, or aggregate",
    },
    "query_quota": {
        "nl": "u hebt al vragen lopen, of deze minuut al veel gevraagd; wacht tot ze klaar zijn, hoogstens een minuut",
        "en": "you have queries running, or have asked much this minute; wait until they are done or try again in a minute",
    },
    "delivery_gone": {
        "nl": "de levering ligt er niet meer zoals zij is ingeleverd",
        "en": "the delivery is not there any more as it was handed in",
    },
    "delivery_waits": {
        "nl": "er wacht al een levering van deze bron; die gaat eerst",
        "en": "a delivery of this source waits already; that one comes first",
    },
    "delivery_decided": {
        "nl": "over deze levering is al beslist",
        "en": "this delivery was decided on already",
    },
    "delivery_of_another": {
        "nl": "deze bron wordt door een andere organisatie geleverd",
        "en": "this source is delivered by another organisation",
    },
    "own_delivery": {
        "nl": "een eigen levering neemt u niet zelf aan",
        "en": "you cannot accept a delivery of your own",
    },
    "erasure_refused": {
        "nl": "hier is niemand mee te wissen",
        "en": "nobody can be erased with this",
    },
    "effect_busy": {
        "nl": "er wordt nu gebouwd; de levering blijft liggen en er is nog niets berekend",
        "en": "a build is running; the delivery stays where it is and nothing was worked out yet",
    },
    "effect_impossible": {
        "nl": "het effect op de cijfers is nu niet te berekenen",
        "en": "the effect on the figures cannot be worked out now",
    },
    "effect_tries": {
        "nl": "het effect van leveringen van deze bron is vandaag al zo vaak bekeken als mag",
        "en": "the effect of deliveries of this source was looked at as often today as is allowed",
    },
    "link_is_folder": {
        "nl": "hier staat een map waar een verwijzing hoort: de gegevensmap is gekopieerd met iets dat verwijzingen volgt",
        "en": "a folder stands where a link belongs: the data folder was copied by something that follows links",
    },
    "query_busy": {
        "nl": "er lopen nu te veel vragen tegelijk; probeer het over een paar seconden weer",
        "en": "too many queries are running now; try again in a few seconds",
    },
}

# What a program that started a command learns from its exit code: one number per kind of thing to do. 0 is success, 1 an
# answer of no (a comparison that found a difference), 2 a wrong call; what is not named here is `DATA`.
DATA = 10
EXIT_CODES: dict[str, int] = {
    **dict.fromkeys(("catalogue_field", "unknown_measure", "unknown_region_setting", "wrong_entry"), 11),
    **dict.fromkeys(("crosswalk_weights", "crosswalk_incomplete", "crosswalk_line"), 11),
    **dict.fromkeys(("missing_delivery", "table_not_found", "source_unverified"), 12),
    **dict.fromkeys(("service_unavailable", "request_refused", "page_incomplete", "page_out_of_order"), 13),
    **dict.fromkeys(("other_origin", "answer_too_slow"), 13),
    **dict.fromkeys(("station_silent", "station_dropped", "station_stopped", "station_busy"), 13),
    **dict.fromkeys(("no_publication", "publication_withdrawn", "predictions_absent"), 14),
    **dict.fromkeys(("raw_absent", "unknown_source", "site_place", "site_region", "site_preview"), 14),
    **dict.fromkeys(("publication_damaged", "publication_forged", "publication_replayed"), 15),
    **dict.fromkeys(("not_enough_space",), 16),
    **dict.fromkeys(("unknown_target", "spark_missing"), 11),
    **dict.fromkeys(("build_failed", "expectation_failed"), 17),
    **dict.fromkeys(("disclosure_risk", "direct_identifier", "nothing_may_open", "already_opened"), 18),
    **dict.fromkeys(("egress_undeclared", "egress_refused"), 18),
    **dict.fromkeys(("load_gate", "approval_refused", "not_approved", "not_decided"), 19),
    **dict.fromkeys(("predictions_closed", "not_openbaar"), 19),
    **dict.fromkeys((code for code in PROBLEMS if code.startswith("query_")), 20),
    **dict.fromkeys(("backup_place", "backup_newer", "backup_damaged", "upgrade_refused"), 21),
    **dict.fromkeys(("settings_contradict", "unit_place", "part_unknown", "runs_already"), 21),
    **dict.fromkeys(("library_timer", "link_is_folder"), 21),
    **dict.fromkeys(("notices_full", "notice_not_sent"), 13),
}

_WORDS: dict[Language, dict[str, str]] = {
    "nl": {"expected": "Verwacht", "found": "gevonden", "remedy": "Wat te doen"},
    "en": {"expected": "Expected", "found": "found", "remedy": "What to do"},
}


_FULL_DISK = ("No space left on device", "database or disk is full", "max_temp_directory_size")


def tells_of_a_full_disk(text: str) -> bool:
    """Whether an error is about a full disk: told by the system and whoever writes by it, by SQLite (Dagster's lists), or by
    DuckDB, which puts less beside its memory than there is room for.
    """
    return any(words in text for words in _FULL_DISK)


def disk_is_full(subject: Path) -> DataProblem:
    """That the disk of a folder is full."""
    return DataProblem(
        "not_enough_space",
        subject=subject.name,
        expected="room for the snapshots, the warehouse and a publication",
        remedy="free some space and run it again; what is served stays served",
    )


class DataProblem(Exception):
    """A problem with data or configuration that a person can act on.

    Args:
        code: A key of `PROBLEMS`.
        subject: The file, table or catalogue entry that is wrong (never a person-level value).
        where: The row, column, page or field inside the subject.
        expected: What should have been there.
        found: What was there instead.
        remedy: What to do about it.

    Raises:
        KeyError: If the code is not registered, so that no message is ever without a translation.
    """

    def __init__(
        self,
        code: str,
        *,
        subject: str,
        where: str = "",
        expected: str = "",
        found: str = "",
        remedy: str = "",
    ) -> None:
        PROBLEMS[code]
        self.code, self.subject, self.where = code, visible(subject), visible(where)
        self.expected, self.found, self.remedy = (
            visible(text, lines=True) for text in (expected, found, remedy)
        )
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language = "en") -> str:
        """One readable sentence: subject, place, problem, expected, found, remedy."""
        words = _WORDS[language]
        place = f"{self.subject}, {self.where}" if self.where else self.subject
        text = f"{place}: {PROBLEMS[self.code][language]}"
        if self.found:
            text += f" ({words['found']}: {self.found})"
        text += "."
        if self.expected:
            text += f" {words['expected']}: {self.expected}."
        if self.remedy:
            text += f" {words['remedy']}: {self.remedy}."
        return text

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this problem."""
        return EXIT_CODES.get(self.code, DATA)

    def for_program(self) -> str:
        """The problem as one line of JSON."""
        fields = {**self.as_dict(), "sentence": self.sentence("en"), "exit_code": self.exit_code}
        return json.dumps(fields, ensure_ascii=False)

    def as_dict(self) -> dict[str, str]:
        """The problem as plain data, for `reason.json` and Dagster metadata."""
        fields = ("code", "subject", "where", "expected", "found", "remedy")
        return {
            **{f: getattr(self, f) for f in fields},
            "sentence_nl": self.sentence("nl"),
            "sentence_en": self.sentence("en"),
        }


def message(problem: DataProblem) -> str:
    """What a command writes to standard error: a sentence, or with DWP_ERRORS=json one line for programs."""
    return problem.for_program() if os.environ.get("DWP_ERRORS") == "json" else problem.sentence("en")
