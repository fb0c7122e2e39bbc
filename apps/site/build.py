"""Writes the public site: `dwp site build [--out DIR] [--region NAME]`. Everything comes from the release that is served."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from apps.dashboard.data.regions import looked_at, region_of
from apps.dashboard.data.release import current_release
from apps.site import preview
from apps.site.allowed import allowed
from apps.site.content import written
from apps.site.edition import Site, chosen
from apps.site.front import MARKER, File
from apps.site.shell import Place
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import move, write_bytes
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.regions import load_regions


@dataclass(frozen=True)
class Built:
    """What was written: where, of which release, how many pages and bytes."""

    folder: Path
    release: str
    pages: int
    size: int

    def sentence(self) -> str:
        """The outcome in one sentence."""
        return f"The site of release {self.release} is in {self.folder}: {self.pages:,} pages, {self.size / 1e6:.1f} MB."


def build_site(out: Path, region: str = "", place: Place = Place()) -> Built:  # noqa: B008
    """Write the site aside and put it in the place of the one before in one step.

    Args:
        out: The folder of the site; what stands there must be a site of ours, or nothing.
        region: Only the gemeenten of this region (a file in `catalogue/regions`), province, GGD region or gemeente, by name;
            all of the release's region without.
        place: Where links lead.

    Raises:
        DataProblem: `no_publication`, `publication_damaged`, `site_region`, `site_place` or `site_preview`; the site before stays.
    """
    _require_place(out)
    site = looked_for(region, place)
    preview.require_public(site.release, get_settings().preview_days)
    return put(out, written(site), site.release.id)


def build_preview(out: Path, before: Path, region: str = "", place: Place = Place()) -> Built:  # noqa: B008
    """Write the folders of the gemeenten, each with what concerns it, and the list of them.

    Args:
        out: The folder; what stands there must be of ours, or nothing.
        before: The public site that stands now.
        region: As for `build_site`.
        place: Where links lead.

    Raises:
        DataProblem: As `build_site`.
    """
    _require_place(out)
    site = looked_for(region, place)
    opens = preview.public_from(site.release, get_settings().preview_days)
    return put(out, preview.written(site, opens, before), site.release.id)


def looked_for(region: str, place: Place) -> Site:
    """The served release as the site tells it, for a region.

    Raises:
        DataProblem: `no_publication`, `publication_damaged` or `site_region`.
    """
    settings = get_settings()
    for name in ("streamlit", "streamlit.runtime.caching.cache_data_api"):
        logging.getLogger(name).setLevel(logging.ERROR)  # there is no visitor here, and it warns of that
    release = current_release()
    declared = load_regions(settings.catalogue_dir).find(region) if region else None
    release = looked_at(release, declared.region_id if declared else "")
    of_region = region_of(release)
    release = replace(release, theme=(of_region.theme if of_region else None) or "")
    if declared and of_region == declared:
        region = ""  # the release is looked at for it: its gemeenten are the ones in focus
    found = allowed(settings, release)
    return Site(release, chosen(release, region), found, replace(place, shows_more=bool(found.opened)))


def put(out: Path, files: Iterable[File], release_id: str) -> Built:
    """Write files aside and put them in the place of the ones before in one step.

    Raises:
        DataProblem: `site_place`; what was there stays.
    """
    beside = out.with_name(f".{out.name}.new")
    before = out.with_name(f".{out.name}.old")
    pages = size = 0
    try:
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
        for path, content in files:
            told = content.encode() if isinstance(content, str) else content
            write_bytes(beside / path, told)
            size += len(told)
            pages += path.endswith(".html")
        if out.exists():
            move(out, before)
        move(beside, out)
    except OSError as error:
        if before.exists() and not out.exists():
            move(before, out)
        raise DataProblem(
            "site_place", subject=out.name, expected="a folder that can be written", found=type(error).__name__,
            remedy="make room or choose another folder with --out; the site before stays as it was",
        ) from error  # fmt: skip
    finally:
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
    return Built(out, release_id, pages, size)


def _require_place(out: Path) -> None:
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]) and not (out / MARKER).exists():
        raise DataProblem(
            "site_place", subject=out.name, expected="an empty folder, or a site that was made before",
            found="something else", remedy="choose another folder with --out",
        )  # fmt: skip
