"""The measures of the adult health table and what drives them: assumptions of the generator, never results.

National levels are the published orders of magnitude for adults (18+). Where the domain notes quote a figure,
the level of the latest year (2020) is that figure. A year without a level was not measured. `older` is the level
at 65+ as a multiple of the level at 18+, `spread` the standard deviation between buurten in percentage points.
The loadings say how the prevalence moves with the composition of a buurt: strain (little money), grey (older
people), single (living alone), origin (born or parents born abroad), schooling (little education), benefit
(living on benefits), urban.
"""

# ruff: noqa: E501 - one measure per line reads better than a wrapped table
from __future__ import annotations

from dataclasses import dataclass

FACTORS = ("strain", "grey", "single", "origin", "schooling", "benefit", "urban")
YEARS = (2012, 2016, 2020)


@dataclass(frozen=True)
class Measure:
    """One prevalence: column stem and number, title, levels per year (%), ratio 65+/18+, spread and loadings."""

    stem: str
    number: int
    title: str
    levels: dict[int, float]
    older: float
    spread: float
    loadings: dict[str, float]
    young_only: bool = False

    @property
    def column(self) -> str:
        """The column name in this edition of the table."""
        return f"{self.stem}_{self.number}"


# stem | number | title | 2012 2016 2020 (- = not measured) | 65+ ratio | spread | loadings
# From `Eenzaam` on the numbers are one higher than in the real edition: between editions numbers shift and stems stay.
_TABLE = """
ErvarenGezondheidGoedZeerGoed|4|Ervaren gezondheid (zeer) goed|72 70.5 69|0.82|4.2|strain -.6 grey -.35 benefit -.3 schooling -.35
VoldoetAanBeweegrichtlijn|5|Voldoet aan beweegrichtlijn|- 51 50|0.72|4|strain -.3 grey -.5 schooling -.4 urban .2
WekelijkseSporters|6|Wekelijkse sporters|- 49 49|0.68|5.5|strain -.4 grey -.5 schooling -.5
Ondergewicht|7|Ondergewicht|2 2 2|0.65|0.4|single .5 urban .4 grey -.4
NormaalGewicht|8|Normaal gewicht|50 49 47.5|0.82|4.2|schooling -.6 grey -.4 urban .3
Overgewicht|9|Overgewicht|48 49 50.5|1.17|4.2|schooling .6 grey .4 urban -.3 strain .2
ErnstigOvergewicht|10|Ernstig overgewicht|13 14 15.5|1.13|3.2|strain .5 schooling .6 urban -.2
Roker|11|Roker|24 22 18|0.55|3.9|strain .6 schooling .3 benefit .4 grey -.3
VoldoetAanAlcoholRichtlijn|12|Voldoet aan alcoholrichtlijn|- 40 44|1.25|4.2|origin .6 strain .3 grey .3
Drinker|13|Drinker|81 81 78|0.93|4|origin -.7 strain -.4 benefit -.3
ZwareDrinker|14|Zware drinker|10.5 10 8.5|0.62|1.7|urban .5 grey -.4 single .3 origin -.3
OvermatigeDrinker|15|Overmatige drinker|10 7.5 6.5|1.1|1.3|origin -.5 strain -.2 single .2
EenOfMeerLangdurigeAandoeningen|16|Een of meer langdurige aandoeningen|- 34 33.4|1.45|4|grey .6 strain .4 benefit .4
BeperktVanwegeGezondheid|17|Beperkt vanwege gezondheid|- - 31|1.55|4.6|grey .5 strain .45 benefit .4 schooling .2
ErnstigBeperktVanwegeGezondheid|18|Ernstig beperkt vanwege gezondheid|- - 5|1.6|1.7|strain .5 benefit .6 grey .3
LangdurigeZiekteEnBeperkt|19|Langdurige ziekte en beperkt|- - 29|1.55|4.5|grey .5 strain .45 benefit .4 schooling .2
EenOfMeerLichamelijkeBeperkingen|20|Een of meer lichamelijke beperkingen|15 15 15|1.8|3.8|grey .6 strain .45 benefit .4 schooling .3
BeperkingInHoren|21|Beperking in horen|4 4.5 4.5|1.65|1.2|grey .6 strain .3 schooling .3
BeperkingInZien|22|Beperking in zien|5.5 5.5 5.5|1.4|1.4|strain .6 origin .3 grey .3
BeperkingInBewegen|23|Beperking in bewegen|9.5 10 9.5|2.1|3|grey .6 strain .4 benefit .4
MatigHoogRisicoOpAngstOfDepressie|24|Matig of hoog risico op angst of depressie|40.5 44.5 46|0.86|4.8|strain .5 single .45 origin .35 benefit .3 grey -.35
HoogRisicoOpAngstOfDepressie|25|Hoog risico op angst of depressie|6 8 10.2|0.65|2.5|strain .5 single .45 origin .35 benefit .45 grey -.3
HeelVeelStressInAfgelopen4Weken|26|(Heel) veel stress in afgelopen 4 weken|- - 20.7|0.38|2.6|strain .5 single .3 grey -.5 urban .2
MatigVeelRegieOverEigenLeven|27|Matig of veel regie over eigen leven|- 90 90|0.95|2.2|strain -.6 benefit -.5 origin -.2 grey -.2 schooling -.3
Eenzaam|29|Eenzaam|40 44 49.2|1.06|4.6|strain .5 single .5 origin .4 benefit .25 grey .15
ErnstigZeerErnstigEenzaam|30|Ernstig of zeer ernstig eenzaam|9 11 14.4|0.95|2.6|strain .6 single .4 origin .35 benefit .4
EmotioneelEenzaam|31|Emotioneel eenzaam|20 24 30.1|0.99|4.5|strain .55 single .5 origin .35 benefit .3
SociaalEenzaam|32|Sociaal eenzaam|- 32 35.3|1.08|3.2|strain .55 single .3 origin .35 grey .2 schooling .2
Mantelzorger|33|Mantelzorger|12 14 13.5|1.06|1.7|single -.5 grey .3 strain -.3 urban -.3
Vrijwilligerswerk|34|Vrijwilligerswerk|- 28 23.8|1.1|4.6|strain -.5 urban -.5 origin -.3 schooling -.3
LopenEnOfFietsenNaarSchoolOfWerk|35|Lopen en/of fietsen naar school of werk|54 55 -|1|6|urban .7 schooling -.3
LopenNaarSchoolOfWerk|36|Lopen naar school of werk|27 28 -|1|2.6|urban .7 single .2
FietsenNaarSchoolOfWerk|37|Fietsen naar school of werk|39.5 40.5 -|1|6|urban .6 schooling -.4
ErnstigeGeluidhinderDoorBuren|38|Ernstige geluidhinder door buren|- - 7|0.82|1.7|urban .5 strain .6 single .4
MoeiteMetRondkomen|39|Moeite met rondkomen|24 21 20.5|0.55|5|strain .85 benefit .3 origin .25 schooling .2
"""
_YOUNG_ONLY = ("LopenEnOfFietsen", "LopenNaar", "FietsenNaar")


def _parse(line: str) -> Measure:
    stem, number, title, levels, older, spread, loadings = line.split("|")
    words = loadings.split()
    return Measure(
        stem,
        int(number),
        title,
        {y: float(v) for y, v in zip(YEARS, levels.split(), strict=True) if v != "-"},
        float(older),
        float(spread),
        dict(zip(words[::2], map(float, words[1::2]), strict=True)),
        stem.startswith(_YOUNG_ONLY),
    )


MEASURES = tuple(_parse(line) for line in _TABLE.strip().splitlines())

# The MHI-5 (60 or lower) has no column in this edition; the pattern between gemeenten of the young adults' table
# comes from it.
PSYCHOLOGICAL_COMPLAINTS = _parse(
    "PsychischeKlachten|0|Psychische klachten (MHI-5)|- - 22.2|0.7|3.5|strain .5 single .45 origin .3 benefit .4 grey -.35"
)
