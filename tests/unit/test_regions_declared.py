"""A region is one file: what it may say, what its members are in the geography, and what is refused with a sentence."""

from __future__ import annotations

import base64
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.looks import contrast
from datawerkplaats.catalogue.regions import Region, load_regions, logo_of
from datawerkplaats.catalogue.themes import load_themes
from datawerkplaats.cli.new_region import all_regions, new_region
from datawerkplaats.regions.members import CLASSIFICATION, Member, check_regions, geography_of, members_of
from datawerkplaats.regions.setting import resolve

FOLDER = PROJECT_ROOT / "catalogue"
# Gemeente, province and its code, GGD region and its code, COROP area.
PLACES = (
    ("GM0106", "Assen", "PV22", "Drenthe", "GG0706", "GGD Drenthe", "Noord-Drenthe"),
    ("GM0114", "Emmen", "PV22", "Drenthe", "GG0706", "GGD Drenthe", "Zuidoost-Drenthe"),
    ("GM0014", "Groningen", "PV20", "Groningen", "GG0111", "GGD Groningen", "Overig Groningen"),
    ("GM0197", "Aalten", "PV25", "Gelderland", "GG1413", "GGD Noord- en Oost-Gelderland", "Achterhoek"),
    ("GM0373", "Bergen", "PV27", "Noord-Holland", "GG2707", "GGD Hollands-Noorden", "Alkmaar en omgeving"),
    ("GM0893", "Bergen", "PV31", "Limburg", "GG6011", "GGD Limburg-Noord", "Noord-Limburg"),
)
COLUMNS = (
    "gemeente_code",
    "gemeente_name",
    "province_code",
    "province_name",
    "ggd_region_code",
    "ggd_region_name",
    "corop_name",
)
KNOWN = geography_of([dict(zip(COLUMNS, row, strict=True)) for row in PLACES], is_fictional=False)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z" fill="url(#a)"/></svg>'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue with the themes and no region yet."""
    made = tmp_path / "catalogue"
    (made / "regions/logos").mkdir(parents=True)
    for shared in ("themes", "theme_defaults.yml", "indicators"):
        (made / shared).symlink_to(FOLDER / shared)
    return made


def declare(folder: Path, region_id: str = "here", **content: object) -> Region:
    told = {"name": region_id.capitalize(), "members": {"provinces": ["PV22"]}, **content}
    (folder / f"regions/{region_id}.yml").write_text(
        yaml.safe_dump(told, allow_unicode=True), encoding="utf-8"
    )
    return load_regions(folder)[region_id]


def refused(folder: Path, **content: object) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        declare(folder, **content)  # type: ignore[arg-type]
    assert caught.value.code == "catalogue_field"
    assert caught.value.subject.endswith("regions/here.yml")
    assert caught.value.remedy
    return caught.value


def test_regions__every_ggd_region_and_province_is_declared(catalogue: Catalogue) -> None:
    found = load_regions(FOLDER)
    alone = [list(region.members.named()) for region in found.values()]
    dimensions = catalogue.dimensions
    assert {named[0] for named in alone if len(named) == 1} == {
        *(("province", code) for code in dimensions.provinces),
        *(("ggd_region", code) for code in dimensions.ggd_regions),
    }
    assert found.find("NOORD") == found["noord"]


@pytest.mark.parametrize(
    ("content", "where", "words"),
    [
        ({"members": {}}, "members", "at least one"),
        ({"members": {"provinces": ["PV22", "pv22"]}}, "members", "2 times"),
        ({"members": {"wijken": ["WK010600"]}}, "members.wijken", "wijken"),
        ({"theme": "wellness"}, "theme", "wellness"),
        ({"comparators": ["country", "country"]}, "comparators", "country"),
        ({"contact": {"mail": "ergens"}}, "contact.mail", "ergens"),
        ({"partners": [{"name": "A"}, {"name": "a"}]}, "partners", "a"),
        ({"look": {"tokens": {"utrecht.link.color": "blauw"}}}, "look.tokens.utrecht.link.color", "blauw"),
        (
            {"look": {"tokens": {"utrecht.link.colour": "#154273"}}},
            "look.tokens.utrecht.link.colour.[key]",
            "colour",
        ),
        ({"look": {"tokens": {"utrecht.link.color": "#7aa7d9"}}}, "look", "contrast"),
        ({"look": {"tokens": {"utrecht.page-header.background-color": "#154273"}}}, "look", "1.00, and 4.5"),
        ({"look": {"tokens": {"utrecht.focus.outline-color": "#bbbbbb"}}}, "look", "and 3.0"),
        ({"look": {"logo": "absent.svg"}}, "look.logo", "absent.svg"),
        ({"look": {"logo": "../here.yml"}}, "look.logo", "here.yml"),
    ],
)
def test_region__a_mistake_is_a_sentence(
    folder: Path, content: dict[str, object], where: str, words: str
) -> None:
    found = refused(folder, **content)
    assert found.where == where
    assert words in found.sentence("nl")


def test_region__two_of_one_name_are_refused(folder: Path) -> None:
    declare(folder, "there", name="Samen")
    with pytest.raises(DataProblem, match="no other region has"):
        declare(folder, "zzz", name="samen")


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a", b"<svg/>", b"<html/>", b"\x89PNG\r\n\x1a\n", b"", b"x" * 200_001,
        SVG.replace(b"<path", b"<script/><path"), SVG.replace(b"<path", b'<path onclick="x()"'),
        SVG.replace(b"#a", b"https://elders.example"), b"<!DOCTYPE svg>" + SVG,
        SVG.replace(b"<path", b"<style>@import 'https://elders.example'</style><path"),
    ],
)  # fmt: skip
def test_logo__what_is_no_image_or_leads_elsewhere_is_refused(folder: Path, content: bytes) -> None:
    (folder / "regions/logos/sign.svg").write_bytes(content)
    assert refused(folder, look={"logo": "sign.svg"}).where == "look.logo"


@pytest.mark.parametrize(("content", "kind"), [(SVG, "svg+xml"), (PNG, "png")])
def test_logo__stands_in_the_page_itself(folder: Path, content: bytes, kind: str) -> None:
    (folder / "regions/logos/sign").write_bytes(content)
    address = logo_of(folder, declare(folder, look={"logo": "sign"}))
    assert address == f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def test_contrast__is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(
        4.54, abs=0.01
    )  # the lightest grey that may be text


def of(folder: Path, **members: list[str]) -> tuple[Member, ...]:
    return members_of(declare(folder, members=members), KNOWN)


def test_members__of_every_kind_by_code_or_name(folder: Path) -> None:
    found = of(
        folder, provinces=["drenthe"], ggd_regions=["Groningen"], corop=["Achterhoek"], gemeenten=["GM0893"]
    )
    assert set(found) == {
        ("province", "PV22"), ("ggd_region", "GG0111"), ("corop", "Achterhoek"), ("gemeente", "GM0893"),
    }  # fmt: skip
    assert KNOWN.inside(found) == {"GM0106", "GM0114", "GM0014", "GM0197", "GM0893"}


def test_members__with_a_gemeente_come_those_that_went_to_it(folder: Path) -> None:
    assert set(of(folder, gemeenten=["Groningen"])) == {
        ("gemeente", "GM0014"), ("gemeente", "GM0017"), ("gemeente", "GM0009"),
    }  # fmt: skip
    assert {code for _, code in of(folder, gemeenten=["Voorne aan Zee"])} == {
        "GM1992",
        "GM0501",
        "GM0530",
        "GM0614",
    }


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"gemeenten": ["Emen"]}, "did you mean emmen"),
        ({"gemeenten": ["Bergen"]}, "GM0373, GM0893"),
        ({"gemeenten": ["Haren"]}, "ended after 2018"),
        ({"gemeenten": ["GM0017"]}, "name what it became: Groningen"),
        ({"provinces": ["Zeeland"]}, "a province in the data"),
        ({"provinces": ["Drenthe"], "gemeenten": ["Assen"]}, "Assen lies in Drenthe and in Assen"),
        ({"provinces": ["Drenthe"], "ggd_regions": ["Drenthe", "GG0111"]}, "in Drenthe and in GGD Drenthe"),
    ],
)
def test_members__that_cannot_be_are_a_sentence(
    folder: Path, members: dict[str, list[str]], words: str
) -> None:
    with pytest.raises(DataProblem) as caught:
        of(folder, **members)
    assert words in caught.value.sentence("en")


def test_setting__a_file_comes_first_and_a_code_finds_its_file(folder: Path) -> None:
    here = declare(folder, name="Ons gebied", members={"ggd_regions": ["GG0706"]})
    assert resolve("ons gebied", KNOWN, folder).region == here
    assert resolve("GGD Drenthe", KNOWN, folder).region == here
    assert resolve("Drenthe", KNOWN, folder).members == (("province", "PV22"),), (
        "a shared name is the province"
    )
    assert resolve("Drenthe", KNOWN, folder).region is None
    assert resolve("nl", KNOWN, folder).is_country
    with pytest.raises(DataProblem, match="ons gebied"):
        resolve("ons gebiet", KNOWN, folder)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of the house."""
    return load_catalogue(FOLDER)


@pytest.fixture
def delivered(settings: Settings) -> Settings:
    """The geography as it is delivered, and a catalogue of the test's own."""
    path = settings.inputs_dir / CLASSIFICATION / "data.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({name: [row[at] for row in PLACES] for at, name in enumerate(COLUMNS)}), path)
    return settings


def test_deliveries__of_overlapping_regions_are_refused(
    folder: Path, delivered: Settings, catalogue: Catalogue
) -> None:
    settings = delivered.model_copy(update={"catalogue_dir": folder})
    rows = {"deliveries": ["partner_youth_care"]}
    declare(folder, "east", members={"gemeenten": ["Assen", "Emmen"]}, **rows)
    declare(folder, "same", members={"provinces": ["Drenthe"]}, **rows)
    declare(folder, "none", members={"gemeenten": ["Emmen"]})
    assert check_regions(settings, catalogue) == 3, (
        "the same members tell nothing new, and no rows are no matter"
    )
    declare(folder, "west", members={"gemeenten": ["Emmen", "Groningen"]}, **rows)
    with pytest.raises(DataProblem) as caught:
        check_regions(settings, catalogue)
    assert (caught.value.where, caught.value.found) == ("deliveries", "both have Emmen")
    declare(folder, "west", deliveries=["cbs_wmo_85994ned"])
    with pytest.raises(DataProblem, match="rows of persons"):
        check_regions(settings, catalogue)


def test_first_sentences__are_written_down_for_three_gemeenten_of_every_region_and_theme() -> None:
    golden = yaml.safe_load((PROJECT_ROOT / "tests/proofs/golden/regions.yml").read_text(encoding="utf-8"))
    assert set(golden) == {
        *("drenthe", "groningen", "noord"),
        *("ggd_zeeland", "ggd_rotterdam_rijnmond", "achterhoek"),
    }
    assert golden.keys() <= load_regions(FOLDER).keys()
    for told in golden.values():
        assert list(told["sentences"]) == list(load_themes(FOLDER))
        assert all(
            len(sentences) == 3 and all(sentences.values()) for sentences in told["sentences"].values()
        )


def test_new_region__writes_what_was_named_or_nothing(folder: Path, delivered: Settings) -> None:
    for part in ("dimensions", "sources", "interventions", "corrections", "models", "events"):
        (folder / part).symlink_to(FOLDER / part)
    settings = delivered.model_copy(update={"catalogue_dir": folder})
    path = new_region(settings, "achterhoek", "Achterhoek", {"gemeenten": ["Aalten"], "corop": []})
    assert load_regions(folder)["achterhoek"].members.gemeenten == ("Aalten",)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 40
    for wrong in ("achterhoek", "Achter-hoek"):
        with pytest.raises(DataProblem):
            new_region(settings, wrong, "X", {"gemeenten": ["Emmen"]})
    with pytest.raises(DataProblem):
        new_region(settings, "nowhere", "Nergens", {"gemeenten": ["Nergenshuizen"]})
    assert not (folder / "regions/nowhere.yml").exists()
    written = {path.stem for path in all_regions(settings)}
    assert {"drenthe", "ggd_drenthe", "limburg"} <= written
    assert len(written) == 10
    assert all_regions(settings) == []
