"""The measures of the demo's table of young adults (16 to 25 years) and what drives them: assumptions.

Levels are orders of magnitude for the country, in whole percentages (halves where small). A measure rises
with the share of psychological complaints among adults of a gemeente, unless listed as falling or unrelated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# In the order of the table, so that the number of a column is its position.
_LEVELS = """
MoeiteMetRondkomen:28 WeinigControleOverGeldzaken:22 HeeftSchulden:11 HeeftStudieschuld:30
ZorgenOverStudieschuld:17 GoedErvarenGezondheid:64 SlaaptMeestalSlecht:20 OverdagSlaperigOfMoe:20
TevredenMetZichzelf:84 TevredenMetEigenLichaam:73 TevredenMetEigenLeven:83 GoedErvarenMentaleGezondheid:51
AngstDepressiegevoelensAfg4Weken:81 BeperktDoorPsychischeKlachten:18 VaakGelukkigAfg4Weken:63
VoldoendeWeerbaar:83 SuicidegedachtenWelEens:29 SuicidegedachtenHeelVaak:5.5 GepraatOverSuicidegedachten:13
Suicidepoging:3 HeelVaakGestrest:43 SomsTotHeelVaakGestrest:80 StressStudieSchool:61 StressWerkBijbaan:45
StressFamilieVriendenRelatie:38 StressMeningAnderen:28 StressVerwachtingenAnderen:32
StressEisenAanZichzelf:40 StressFOMO:19 StressSocialeMedia:11 StressCombiVanAllesWatMoet:37
StressWoonsituatie:16 StressGeldzakenSchulden:27 StressGezondheid:19 StressIdentiteitSeksualiteitGender:5.5
PrestatiedrukVanuitZichzelfOfAnderen:56 PrestatiedrukVanuitZichzelf:44 PrestatiedrukVanuitAnderen:35
SnelHerstellenNaMoeilijkePeriode:58 MoeilijkDoorstaanStressvolleGebeurt:29
NietMoeilijkDoorstaanStressGebeurt:39 WeinigGeenVertrouwenInEigenToekomst:15
VeelVertrouwenInEigenToekomst:46 VeelZorgenOverWerkgelegenheid:14 VeelZorgenOverWoningmarkt:66
VeelZorgenOverKlimaat:34 VeelZorgenOverDiscriminatie:26 VeelZorgenTegenstelTussenGroep:29
VeelZorgenOverOorlogen:34 VeelZorgenOverStijgendePrijzen:64 VeelZorgenMaatschappelijkeThemaS:87
VeelZorgen2OfMeerMaatschThemaS:72 EnigszinsTotSterkEenzaam:57 SterkEenzaam:22
EnigszinsTotSterkSociaalEenzaam:56 SterkSociaalEenzaam:21 EnigszinsTotSterkEmotioneelEenzaam:63
SterkEmotioneelEenzaam:23 Overgewicht:26 Obesitas:7 MatigOvergewicht:19 GezondGewicht:70 Ondergewicht:4
BeweegtDagelijksMinHalfUur:29 BeweegtMin5DagenPWMinHalfUur:58 SportWekelijks:74 SportMin2DagenPW:64
LidSportclubSportschoolOfSportabo:62 AlcoholAfg12Maanden:84 AlcoholAfg4Weken:72
VoldoetAanAlcoholrichtlijn:42 ZwareDrinker:21 DrinktAlcoholAlleen:7 k_10GlzAlcoholNormaalVoorVrienden:33
RooktTabak:28 ExTabakroker:9 RooktDagelijksTabak:14 RooktWekelijksTabak:21 VapetESigaret:12 ExVaper:16
VapetDagelijks:4 VapetWekelijks:7 RooktTabakEnOfVapet:33 RooktTabakEnOfVapetWekelijks:24
GebruiktSnusNicotinezakjes:2 SnusNicotinezakjesOoit:6 CannabisOoit:47 LachgasOoit:18
CannabisInAfg12Maanden:27 LachgasInAfg12Maanden:2 XTCInAfg12Maanden:14 ADHDMedZonderReceptInAfg12Mnd:2.5
AmfetamineInAfg12Maanden:2.5 CocaineInAfg12Maanden:7 GHBInAfg12Maanden:0.5 KetamineInAfg12Maanden:5
PaddoSTruffelsInAfg12Maanden:3 k_2CBInAfg12Maanden:2 k_3MMC4MMCInAfg12Maanden:10 CannabisInAfg4Weken:15
LachgasInAfg4Weken:0.5 XTCInAfg4Weken:5 ADHDMedZonderReceptInAfg4Wkn:1 AmfetamineInAfg4Weken:1
CocaineInAfg4Weken:2.5 GHBInAfg4Weken:0.2 KetamineInAfg4Weken:1.5 PaddoSTruffelsInAfg4Weken:0.5
k_2CBInAfg4Weken:0.5 k_3MMC4MMCInAfg4Weken:4.5 DrugsAndersDanCannabisAfg12Mnd:20
DrugsAndersDanCannabisAfg4Weken:10 DrugsExclCannabisLachgasAfg12Mnd:20 DrugsExclCannabisLachgasAfg4Wkn:9
LHBTQIAIdentificatie:12 NooitOfSomsZichzelfAlsLHBTQIA:4 MeestalTotAltijdZichzelfAlsLHBTQIA:8
OoitSeksGehad:71 SomsNooitCondoomBeflapEnSeksMet1:9 GeenBetrouwbareAnticonceptie:4.5
GeestelijkMishandeldOoit:26 LichamelijkMishandeldOoit:11 OngewensteSeksueleErvaringOoit:23 MishandeldOoit:38
ThuisMishandeldOoit:15 MantelzorgGegevenAfg12Maanden:13 Mantelzorger:7 VindtMantelzorgGevenZwaar:1.5
BeperktDoorMantelzorgGeven:1 KanBijIemandTerechtBijProbleem:89 MoeilijkStoppenMetGamen:15
VaakMoeilijkStoppenMetGamen:3.5 RisicovolGamegedrag:4 MoeilijkStoppenMetSocialeMedia:71
VaakMoeilijkStoppenSocialeMedia:35 RisicovolSocialemediagebruik:25 OnlineGegoktVoorGeldAfg12Maanden:19
GoktWekelijksOnlineVoorGeld:2 GeldproblemenOnlineGokkenAfg12Mnd:2.5 DoetAanBeleggen:20
NegatieveGevolgenVanCoronaperiode:64 PositieveGevolgenVanCoronaperiode:48 KlachtenMogelijkDoorCorona:9
KlachtenMogelijkDCoronaMin3Mnd:8 KlachtenMogelijkDCoronaMin1Jaar:7 KlachtenMogelijkDCoronaMin3Jaar:1.5
BeperktDoorMogelijkePostCOVID:5 PostCOVIDVastgesteldDoorArts:1.5
"""
_FALLING = re.compile(
    r"Goed|Tevreden|VaakGelukkig|VoldoendeWeerbaar|SnelHerstellen|NietMoeilijk|VeelVertrouwen|GezondGewicht|Beweegt|Sport|LidSport|"
    r"Alcohol|KanBij|DoetAanBeleggen|OoitSeksGehad|MeestalTot|Positieve"
)
_UNRELATED = re.compile(
    r"HeeftStudieschuld|VeelZorgenOver(Klimaat|Oorlogen|Woningmarkt)|LHBTQIA|Mantelzorg|Ondergewicht|Corona"
)


@dataclass(frozen=True)
class YouthMeasure:
    """One prevalence among young adults: column, title, national level (%) and direction (-1, 0 or 1)."""

    column: str
    title: str
    level: float
    direction: int


def _title(stem: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])|_", " ", stem.removeprefix("k_"))
    return " ".join(w if w.isupper() else w.lower() for w in words.split()).capitalize()


def _parse(position: int, entry: str) -> YouthMeasure:
    stem, level = entry.split(":")
    direction = -1 if _FALLING.match(stem) else 0 if _UNRELATED.match(stem) else 1
    return YouthMeasure(f"{stem}_{position}", _title(stem), float(level), direction)


YOUTH_MEASURES = tuple(_parse(i, entry) for i, entry in enumerate(_LEVELS.split(), start=1))
