"""Plants mistakes in right translations: some fifty kinds, after MQM's accuracy and terminology.

Each kind is a function of a pair of texts and a random generator that gives the changed English and
Chinese side and the span that was changed, or None where the pair offers no place. Nothing here uses
the checks' own readers: a kind that the reader cannot read must count as missed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A pair of which one side was changed: the texts, which side, and where the change is."""

    zh: str
    en: str
    side: str  # "en" or "zh": the one that was changed
    span: Span  # of the changed text, in the changed side
    was: str
    now: str


Plant = Callable[[str, str, random.Random], Mistake | None]


def _put(zh: str, en: str, side: str, span: Span, now: str) -> Mistake | None:
    text = en if side == "en" else zh
    was = text[span[0] : span[1]]
    if was == now:
        return None
    changed = text[: span[0]] + now + text[span[1] :]
    place = (span[0], span[0] + len(now))
    sides = (zh, changed) if side == "en" else (changed, en)
    return Mistake(*sides, side, place, was, now)


def _sub(
    pattern: str, new: Callable[[re.Match[str], random.Random], str | None], side: str = "en"
) -> Plant:
    compiled = re.compile(pattern)

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        found = list(compiled.finditer(en if side == "en" else zh))
        if not found:
            return None
        match = rng.choice(found)
        now = new(match, rng)
        return None if now is None else _put(zh, en, side, match.span(), now)

    return plant


def _cased(old: str, new: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _swap(groups: Sequence[Sequence[str]], side: str = "en", flags: str = "(?i)") -> Plant:
    """One of a group of words for another of it; the words of a group contradict each other."""
    others = {word: [w for w in group if w != word] for group in groups for word in group}
    words = "|".join(re.escape(word) for word in sorted(others, key=len, reverse=True))
    pattern = rf"{flags}(?<![A-Za-z-])(?:{words})(?![A-Za-z-])" if side == "en" else f"(?:{words})"

    def new(match: re.Match[str], rng: random.Random) -> str | None:
        word = match.group() if match.group() in others else match.group().lower()
        return _cased(match.group(), rng.choice(others[word])) if others.get(word) else None

    return _sub(pattern, new, side)


def _pairs(text: str) -> list[list[str]]:
    """Groups of words, a line each, a slash between the words."""
    return [line.strip().split("/") for line in text.strip().splitlines()]


# --- numbers -----------------------------------------------------------------------------------


def _digit(match: re.Match[str], rng: random.Random) -> str | None:
    digits = list(match.group())
    places = [i for i, char in enumerate(digits) if char.isdigit()]
    place = rng.choice(places)
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    return "".join(digits)


def _transposed(match: re.Match[str], rng: random.Random) -> str | None:
    digits = list(match.group())
    places = [
        i
        for i in range(len(digits) - 1)
        if digits[i] != digits[i + 1]
        and digits[i : i + 2] != ["0", "0"]
        and digits[i].isdigit()
        and digits[i + 1].isdigit()
        and not (i == 0 and digits[1] == "0")
    ]
    if not places:
        return None
    i = rng.choice(places)
    digits[i], digits[i + 1] = digits[i + 1], digits[i]
    return "".join(digits)


_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_COUNTS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "twenty thirty forty fifty"
).split()
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ROMANS = "II III IV V VI VII VIII IX X XI XII".split()
_CURRENCIES = _pairs("dollars/euros/pounds/yen/roubles/yuan\ndollar/euro/pound/rouble")
_UNITS = _pairs("""
kilometres/miles/metres
kilometers/miles/meters
km/miles
metres/feet/kilometres
meters/feet/kilometers
kilograms/tons/pounds
tons/kilograms/grams
tonnes/kilograms/grams
hectares/acres/square metres
hours/minutes/days
minutes/hours/seconds
days/weeks/months
weeks/months/days
months/years/weeks
years/months/days
day/week/month
year/month/week
degrees Celsius/degrees Fahrenheit
litres/gallons/millilitres
percent/percentage points
per cent/percentage points
""")
_SCALES = _pairs(
    "million/billion/thousand\nbillion/million/trillion\nthousand/hundred/million\nhundred/thousand"
)
_FRACTIONS = _pairs(
    "half/third/quarter\nhalves/thirds\nthird/quarter/fifth\nthirds/quarters/fifths\n"
    "quarters/thirds/fifths"
)
_MULTIPLES = _pairs(
    "doubled/tripled/quadrupled\ndouble/triple\ndoubling/tripling\ntwice/three times\n"
    "twofold/threefold/fivefold\nthreefold/twofold/fourfold\ntripled/doubled\ntriple/"
    "double\nhalved/doubled"
)


def _hour(match: re.Match[str], rng: random.Random) -> str | None:
    hour = int(match["h"])
    new = rng.choice([h for h in range(1, 13 if hour < 13 else 24) if h != hour])
    return str(new) + match.group()[match.end("h") - match.start() :]


def _day(match: re.Match[str], rng: random.Random) -> str | None:
    day = int(match.group())
    return str(rng.choice([d for d in range(1, 29) if d != day])) if 0 < day < 32 else None


def _other_of(words: Sequence[str]) -> Callable[[re.Match[str], random.Random], str | None]:
    return lambda match, rng: _cased(
        match.group(), rng.choice([w for w in words if w.lower() != match.group().lower()])
    )


_MONTH = "|".join(_MONTHS)
_WORD_NUMBERS = "|".join(_COUNTS)
_HAN_DIGITS = "一二三四五六七八九"


def _han_digit(match: re.Match[str], rng: random.Random) -> str | None:
    return rng.choice([d for d in _HAN_DIGITS[1:] if d != match.group()])


def _label(match: re.Match[str], rng: random.Random) -> str | None:
    letter = match["l"]
    return f"({rng.choice([c for c in 'abcdefg' if c != letter])})"


# --- what is said ------------------------------------------------------------------------------

_AUX = "must|should|was|were|would|could|had|will|is|are|can|has|have|shall|does|did|do"
_DENIALS = _pairs("""
unable/able
impossible/possible
without/with
never/always
nobody/everybody
nothing/everything
none/all
failed to/managed to
fails to/manages to
failing to/managing to
fail to/manage to
refused to/agreed to
refrain from/engage in
refrained from/engaged in
prohibited/permitted
prohibits/permits
prohibit/permit
forbidden/allowed
banned/allowed
insufficient/sufficient
inadequate/adequate
unacceptable/acceptable
unlikely/likely
unlawful/lawful
illegal/legal
lack of/abundance of
rejected/accepted
unsafe/safe
unnecessary/necessary
incapable of/capable of
cannot/can
neither/both
nor/and
no longer/still
no/the
unknown/known
inappropriate/appropriate
unfair/fair
denied/confirmed
excluding/including
""")
_DENIED = [pair[0] for pair in _DENIALS]


def _denial(match: re.Match[str], rng: random.Random) -> str | None:
    del rng
    word = match.group()
    return _cased(word, next(pair[1] for pair in _DENIALS if pair[0] == word.lower()))


def _affirmed(match: re.Match[str], rng: random.Random) -> str | None:
    del rng
    word = match.group()
    new = next(
        (
            p[0]
            for p in _DENIALS
            if p[1] == word.lower() and p[0] not in ("no", "nor", "neither", "without", "none")
        ),
        None,
    )
    return _cased(word, new) if new else None


_AFFIRMED = [
    pair[1] for pair in _DENIALS if pair[0] not in ("no", "nor", "neither", "without", "none")
]
_TREND = _pairs("""
increase/decrease
increases/decreases
increased/decreased
increasing/decreasing
rise/fall
rises/falls
rose/fell
risen/fallen
rising/falling
growth/decline
grew/shrank
growing/shrinking
grown/shrunk
higher/lower
reduce/increase
reduced/increased
reducing/increasing
reduction/increase
decline/rise
declined/rose
declining/rising
decrease/increase
decreased/increased
fell/rose
dropped/climbed
expand/contract
expanded/contracted
expansion/contraction
raise/lower
raised/lowered
improved/worsened
improve/worsen
more/fewer
strengthen/weaken
strengthened/weakened
strengthening/weakening
lower/higher
""")
_BOUND = _pairs(
    "at least/at most\nat most/at least\nmore than/less than\nless than/more than\nov"
    "er/under\nfewer than/more than\nup to/at least\nno less than/no more than\nno mo"
    "re than/no less than\nexceeded/fell short of\nexceeding/falling short of\nabove/"
    "below\nbelow/above\nminimum/maximum\nmaximum/minimum\nhighest/lowest\nlowest/hig"
    "hest"
)
_ORDER = _pairs(
    "before/after\nafter/before\nprior to/following\nfollowing/prior to\nbeginning of"
    "/end of\nend of/beginning of\nearly/late\nlate/early\nearlier/later\nlater/earli"
    "er\nfirst/last\nlast/first\nprevious/next\nnext/previous\nlast year/next year\nl"
    "ast month/next month\nyesterday/tomorrow\ntomorrow/yesterday\nbegan/ended\nended"
    "/began"
)
_COMPASS = _pairs(
    "north/south\nsouth/north\nnorthern/southern\nsouthern/northern\neast/west\nwest/"
    "east\neastern/western\nwestern/eastern\nNorth/South\nSouth/North\nleft/right"
)
_SEX = _pairs(
    "he/she\nshe/he\nhis/her\nher/his\nhim/her\nhimself/herself\nherself/himself\nMr."
    "/Ms.\nMs./Mr.\nMrs./Mr.\nwoman/man\nman/woman\nwomen/men\nmen/women\nfather/moth"
    "er\nmother/father\nson/daughter\ndaughter/son\nhusband/wife\nwife/husband\nbroth"
    "er/sister\nsister/brother\ngirl/boy\ngirls/boys\nboy/girl\nboys/girls\nfemale/ma"
    "le\nmale/female\nking/queen\nqueen/king"
)
_STANCE = _pairs(
    "support/oppose\nsupported/opposed\nsupports/opposes\nsupporting/opposing\noppose"
    "/support\nopposed/supported\nagainst/for\nin favour of/against\nimports/exports\n"
    "exports/imports\nimport/export\nexport/import\nimported/exported\nexported/impor"
    "ted\nadopted/rejected\napproved/rejected\nagreed/refused\nallow/forbid\nallowed/"
    "forbidden\nsucceeded/failed\nsuccess/failure\nwon/lost\nlost/won\nbuy/sell\nsell"
    "/buy\nbought/sold\nsold/bought\npublic/private\nprivate/public\ndomestic/foreign"
    "\nforeign/domestic\ninternal/external\nexternal/internal\nurban/rural\nrural/urb"
    "an\nmajority/minority\nminority/majority\nlong-term/short-term\nshort-term/long-"
    "term\ntemporary/permanent\npermanent/temporary\ncivilian/military\nmilitary/civi"
    "lian\nrich/poor\npoor/rich\ndeveloped/developing\ndeveloping/developed\nincome/e"
    "xpenditure\nsurplus/deficit\ndeficit/surplus\nstrong/weak\nopen/closed\nenter/le"
    "ave\narrived/left\ndirect/indirect\nsame/different\ndifferent/same\nbest/worst\n"
    "large/small\nsmall/large\nlargest/smallest\nyoung/old\nold/young\nnew/old\ngood/"
    "bad\nbad/good\nbilateral/multilateral\nmultilateral/bilateral"
)
_MODAL = _pairs(
    "must/may\nmay/must\nshall/may\nrequired to/allowed to\nobliged to/free to\nall/s"
    "ome\nsome/all\nevery/some\nmost/few\nalways/sometimes\nnever/sometimes\noften/ra"
    "rely\nrarely/often\nmandatory/voluntary\nvoluntary/mandatory"
)
_ORGAN = _pairs(
    "President/Prime Minister/Vice-President\nPrime Minister/President/Foreign Minist"
    "er\nMinister/Deputy Minister\nGeneral Assembly/Security Council/Economic and Soc"
    "ial Council\nSecurity Council/General Assembly\nSecretary-General/Deputy Secreta"
    "ry-General\nambassador/consul/minister\ncourt/parliament\nparliament/court\npoli"
    "ce/army\narmy/navy/police\nnavy/army\ngeneral/colonel\ncolonel/captain\ncaptain/"
    "colonel\ndirector/deputy director\nChair/Vice-Chair\nchairman/vice-chairman\ntre"
    "aty/resolution\nconvention/resolution\nresolution/decision\ngovernor/mayor\nmayo"
    "r/governor\njudge/prosecutor\nprofessor/student\nteacher/student\ndoctor/nurse\n"
    "students/teachers"
)
_COUNTRY = _pairs(
    "China/Japan/India\nJapan/China/Germany\nFrance/Germany/Spain\nGermany/France/Ita"
    "ly\nRussia/Ukraine/Poland\nIndia/Pakistan/China\nIran/Iraq\nIraq/Iran\nAustralia"
    "/Austria\nBrazil/Argentina\nCanada/Mexico\nItaly/Greece\nEgypt/Libya\nAfrica/Asi"
    "a\nAsia/Africa\nEurope/Asia\nChinese/Japanese\nJapanese/Chinese\nAmerican/Britis"
    "h\nBritish/American\nFrench/German\nGerman/French\nRussian/Ukrainian\nLondon/Par"
    "is\nParis/London\nBeijing/Shanghai\nShanghai/Beijing\nNew York/Chicago\nEnglish/"
    "French\nSpanish/Portuguese"
)
_PERSONS = _pairs(
    "Wang/Zhang\nZhang/Li\nLi/Wang\nLiu/Chen\nChen/Liu\nObama/Clinton\nBush/Obama\nCl"
    "inton/Trump\nTrump/Biden\nJohn/Peter\nPeter/John\nMary/Helen\nDavid/Michael\nMic"
    "hael/David\nTom/Bill\nJames/Robert\nRobert/James\nSmith/Johnson\nMerkel/Sarkozy\n"
    "Putin/Medvedev"
)
_EXTRA = (
    "the weather remained mild throughout the region",
    "several witnesses played the piano",
    "according to the owner of the bakery",
    "despite the objections of his neighbours",
    "a matter that the museum had ignored",
)
_SENTENCES = (
    "The price of bananas rose sharply in the spring.",
    "She recalled that her grandmother had taught music.",
    "Several trains were delayed because of heavy snow.",
    "The committee will inspect the new warehouse next week.",
)
_ZH_EXTRA = ("当地的面包店仍在营业", "邻居们对此毫不知情", "博物馆没有作出回应")


_NOUNS = (
    "bananas/香蕉 weather/天气 music/音乐 carpets/地毯 bicycles/自行车 procurement/采购 "
    "training/培训 transport/运输 accommodation/住宿 insurance/保险 nutrition/营养 "
    "staffing/人员编制 security/安保 fisheries/渔业 tourism/旅游业 mining/采矿 footwear/鞋类 "
    "furniture/家具 housing/住房 sanitation/卫生设施 energy/能源 water/水 roads/道路 "
    "bridges/桥梁 schools/学校 hospitals/医院 libraries/图书馆 museums/博物馆 "
    "engineers/工程师 farmers/农民 nurses/护士 sailors/水手 journalists/记者 judges/法官 "
    "coffee/咖啡 timber/木材 steel/钢铁 cotton/棉花 legislation/立法 evaluation/评价 "
    "logistics/后勤 publicity/宣传 accounting/会计 translation/翻译 archives/档案 "
    "customs/海关 taxation/税收 gender/性别 poverty/贫穷 climate/气候 drought/干旱 "
    "terrorism/恐怖主义 piracy/海盗行为 Chad/乍得 Peru/秘鲁 Norway/挪威 Kenya/肯尼亚 "
    "Jordan/约旦 Fiji/斐济 UNICEF/儿基会 UNESCO/教科文组织"
).split()


def _noun(rng: random.Random, side: str) -> str:
    en, zh = rng.choice(_NOUNS).split("/")
    return en if side == "en" else zh


# An item with the mark before it: a, b, c and d.
_EN_ITEMS = (
    r", (?!and |or |which |who |but )[A-Za-z][^,.;:()]{2,40}(?=,? (?:and|or) [^,.;:]{3,60})",
    r"(?<=, )(?!and |or )[A-Za-z][^,.;:()]{2,40}, (?=[^,.;:]{2,40}(?:,|\b(?:and|or)\b))",
    r",? and (?!the |to )[a-z][^,.;:() ]+(?: [^,.;:() ]+)?(?=[.,;])",
)
_ZH_ITEMS = (
    r"、[^，。；、：（）和及与或]{2,10}(?=[、和及与或])",
    r"(?<=、)[^，。；、：（）]{2,10}、",
    r"[和及][^，。；、：（）的]{2,6}(?=[。；，])",
)


def _list_item(side: str) -> Plant:
    """One item of a list left out."""

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        if "、" not in zh:
            return None
        text = en if side == "en" else zh
        patterns = _EN_ITEMS if side == "en" else _ZH_ITEMS
        found = [m.span() for pattern in patterns for m in re.finditer(pattern, text)]
        return _put(zh, en, side, rng.choice(found), "") if found else None

    return plant


def _added_item(side: str) -> Plant:
    """An item that the source does not have."""

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        if "、" not in zh and side == "zh":
            return None
        text, comma = (en, ", ") if side == "en" else (zh, "、")
        pattern = (
            r"[a-z](?=, [a-z][^,.;:]{2,40},? (?:and|or) )|[a-z](?= and [a-z]+ ?[a-z]*[.,;])"
            if side == "en"
            else r"[^，。、；：](?=[、])"
        )
        places = [m.end() for m in re.finditer(pattern, text)]
        if not places:
            return None
        at = rng.choice(places)
        return _put(zh, en, side, (at, at), comma + _noun(rng, side))

    return plant


def _other_item(side: str) -> Plant:
    """An item replaced by another."""

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        if "、" not in zh:
            return None
        text = en if side == "en" else zh
        pattern = (
            r"(?<=, )[a-z][^,.;:()]{2,30}(?=,? and )|(?<=[a-z] and )[a-z]+(?: [a-z]+)?(?=[.,;])"
            if side == "en"
            else r"(?<=、)[^，。；、：（）和及与或]{2,8}(?=[、和及。，])"
        )
        found = [m.span() for m in re.finditer(pattern, text)]
        return _put(zh, en, side, rng.choice(found), _noun(rng, side)) if found else None

    return plant


_NAMES = (
    "Kowalski/科瓦尔斯基 Haddad/哈达德 Okonkwo/奥孔克沃 Lindqvist/林德奎斯特 Moreno/莫雷诺 "
    "Tanaka/田中 Petrov/彼得罗夫 Dubois/杜布瓦 Nguyen/阮文雄 Castellanos/卡斯特利亚诺斯 "
    "Abdi/阿卜迪 Fernandes/费尔南德斯 Schmidt/施密特 Rahman/拉赫曼 Zhao/赵志刚 Sun/孙晓梅 "
    "Kim/金哲洙 Osei/奥塞 Bianchi/比安基 Murphy/墨菲 Ivanova/伊万诺娃 Gutiérrez/古铁雷斯"
).split()


_NAMED = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?"
_EN_PERSON = "|".join(
    [
        rf"(?<={title} ){_NAMED}"
        for title in (r"Mr\.", r"Ms\.", r"Mrs\.", r"Dr\.", "President", "Minister")
    ]
    + [r"(?<=[a-z] )[A-Z][a-z]+ [A-Z][a-z]+(?= (?:said|told|stated|was born|wrote|argued))"]
)
_ZH_PERSON = (
    r"[\u4e00-\u9fff]{2,4}·[\u4e00-\u9fff]{2,5}"
    r"|(?<=[，。说由])[\u4e00-\u9fff]{2,4}(?=先生|女士|博士)"
)


def _other_person(side: str) -> Plant:
    """A person called by another's name."""

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        pattern = _EN_PERSON if side == "en" else _ZH_PERSON
        found = [m.span() for m in re.finditer(pattern, en if side == "en" else zh)]
        if not found:
            return None
        name, other = rng.choice(_NAMES).split("/")
        return _put(zh, en, side, rng.choice(found), name if side == "en" else other)

    return plant


def _clause(zh: str, en: str, rng: random.Random) -> Mistake | None:
    found = list(re.finditer(r", [^,.;:!?]{25,150}(?=[,.;])", en))
    if not found or len(en) < 80:
        return None
    return _put(zh, en, "en", rng.choice(found).span(), "")


def _zh_clause(zh: str, en: str, rng: random.Random) -> Mistake | None:
    found = list(re.finditer(r"(?<=，)[^，。；：！？]{9,50}[，；](?=.)", zh))
    if not found or len(zh) < 30:
        return None
    return _put(zh, en, "zh", rng.choice(found).span(), "")


def _sentence(zh: str, en: str, rng: random.Random) -> Mistake | None:
    parts = [m.span() for m in re.finditer(r"[^.!?]{30,}[.!?](?:\s|$)", en)]
    if len(parts) < 2:
        return None
    return _put(zh, en, "en", rng.choice(parts), "")


def _added_clause(zh: str, en: str, rng: random.Random) -> Mistake | None:
    places = [m.end() for m in re.finditer(r"[a-z](?=[.,;])", en)]
    if not places:
        return None
    at = rng.choice(places)
    return _put(zh, en, "en", (at, at), ", " + rng.choice(_EXTRA))


def _added_sentence(zh: str, en: str, rng: random.Random) -> Mistake | None:
    if not en.rstrip().endswith("."):
        return None
    at = len(en.rstrip())
    return _put(zh, en, "en", (at, at), " " + rng.choice(_SENTENCES))


def _zh_added(zh: str, en: str, rng: random.Random) -> Mistake | None:
    places = [m.start() for m in re.finditer(r"[，。]", zh)]
    if not places:
        return None
    at = rng.choice(places)
    return _put(zh, en, "zh", (at, at), "，" + rng.choice(_ZH_EXTRA))


def _untranslated(zh: str, en: str, rng: random.Random) -> Mistake | None:
    del rng
    return _put(zh, en, "en", (0, len(en)), zh) if len(zh) > 8 else None


def _left_in(zh: str, en: str, rng: random.Random) -> Mistake | None:
    words = re.findall(r"[\u4e00-\u9fff]{2,4}", zh)
    places = [m.span() for m in re.finditer(r"\b[a-z]{4,12}\b", en)]
    if not words or not places:
        return None
    return _put(zh, en, "en", rng.choice(places), rng.choice(words))


def _doubled(zh: str, en: str, rng: random.Random) -> Mistake | None:
    places = list(re.finditer(r"\b(?:the|of|to|in|and|is|a|for|on|that|was|with)\b(?= [a-z])", en))
    if not places:
        return None
    match = rng.choice(places)
    return _put(zh, en, "en", match.span(), f"{match.group()} {match.group().lower()}")


def _space(zh: str, en: str, rng: random.Random) -> Mistake | None:
    places = [m.span() for m in re.finditer(r"(?<=[a-z,]) (?=[a-z])", en)]
    return _put(zh, en, "en", rng.choice(places), "  ") if places else None


def _unclosed(zh: str, en: str, rng: random.Random) -> Mistake | None:
    places = [m.span() for m in re.finditer(r"[)\u201d]", en)]
    return _put(zh, en, "en", rng.choice(places), "") if places else None


def _end_mark(zh: str, en: str, rng: random.Random) -> Mistake | None:
    match = re.search(r"[.?!]$", en)
    if match is None or not re.search(r"[。？！]$", zh):
        return None
    return _put(
        zh,
        en,
        "en",
        match.span(),
        rng.choice([c for c in ("", "?", ".") if c != match.group()][:2]),
    )


_WORKS = (
    "River/河流 Garden/花园 Silence/寂静 Harbour/港口 Winter/冬天 Mountain/高山 Bridge/桥 Letters/书信 "
    "Night/夜 Voyage/航行 Peace/和平 Migration/迁移 Water/水 Law/法律 Memory/记忆 Forest/森林 "
    "Energy/能源 Health/健康 Childhood/童年 Market/市场 Fishing/渔业 Desert/沙漠 Light/灯光 Trade/贸易"
).split()
_FORMS = (
    "{} and {}/{}与{}",
    "The {} of {}/{1}的{0}",
    "A {} for {}/致{1}的{0}",
    "{} after {}/{1}之后的{0}",
)


def _quoted(side: str) -> Plant:
    """What stands between quotation marks, or in the marks of titles, replaced by another title."""

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        if not re.search(r"[《“「]", zh):
            return None
        pattern = (
            r"[“\"]([A-Z][^“”\"]{6,60})[”\"]"
            if side == "en"
            else r"[《“「]([^《》“”「」]{3,30})[》”」]"
        )
        places = [m.span(1) for m in re.finditer(pattern, en if side == "en" else zh)]
        if not places:
            return None
        form = rng.choice(_FORMS).split("/")[side == "zh"]
        words = [work.split("/")[side == "zh"] for work in rng.sample(_WORKS, 2)]
        return _put(zh, en, side, rng.choice(places), form.format(*words))

    return plant


_PHRASE = r"(?:[Tt]he [a-z]{3,}|(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)"
_DEED = (
    r" (?:(?:has|have|had|shall|may|must|will|should|would|could|can|to) (?!be\b|been\b|to\b)[a-z]{3,}|"
    r"[a-z]{3,}ed|(?:protect|support|help|lead|follow|give|take|ask|tell|make|call|visit|attack|"
    r"replace|control|represent|show|need|want|love|employ|teach|train|pay|sue|inspect|monitor)s)"
    r"(?: (?!and\b|or\b|of\b|was\b|were\b|is\b|are\b|be\b|been\b|by\b)[a-z]+){0,2} "
)
_DONE = re.compile(rf"\b(?P<a>{_PHRASE}){_DEED}(?P<b>{_PHRASE})\b")


def _exchanged(zh: str, en: str, rng: random.Random) -> Mistake | None:
    """Who does something and to whom it is done exchanged."""
    found = [m for m in _DONE.finditer(en) if m["a"].lower() != m["b"].lower()]
    if not found:
        return None
    match = rng.choice(found)
    between = en[match.end("a") : match.start("b")]
    one, other = match["b"], match["a"]
    if match["a"][0].isupper() and match["a"].startswith("The"):
        one, other = one[:1].upper() + one[1:], "the" + other[3:]
    return _put(zh, en, "en", match.span(), one + between + other)


def _url(match: re.Match[str], rng: random.Random) -> str | None:
    del rng
    return match.group()[:-1] + ("x" if match.group()[-1] != "x" else "y")


# --- operators: what turns or binds a statement ----------------------------------------------------


def turns(text: str, side: str = "en") -> Plant:
    """A pattern for a word, a line each: ``pattern → replacement | another``, of which one is drawn.

    A replacement of "-" takes the words away.
    """
    rules = []
    for line in text.strip().splitlines():
        pattern, _, news = line.strip().partition(" → ")
        bound = rf"(?<![A-Za-z-])(?:{pattern})(?![A-Za-z-])" if side == "en" else pattern
        flags = re.IGNORECASE if side == "en" else 0
        rules.append((re.compile(bound, flags), news.split(" | ")))

    def plant(zh: str, en: str, rng: random.Random) -> Mistake | None:
        text = en if side == "en" else zh
        found = [(match, news) for rule, news in rules for match in rule.finditer(text)]
        if not found:
            return None
        match, news = rng.choice(found)
        new = rng.choice(news)
        start, end = match.span()
        if new == "-":
            if side == "en" and text[end : end + 1] == " ":
                end += 1
            elif side == "en" and text[start - 1 : start] == " ":
                start -= 1
            return _put(zh, en, side, (start, end), "")
        return _put(zh, en, side, (start, end), _cased(match.group(), match.expand(new)))

    return plant


# The axis of each kind, by which training knows what a mistake of it is told by.
OPERATORS: Mapping[str, tuple[str, Plant]] = {
    "not taken from modal": (
        "negation",
        turns(r"""
(shall|must|may|should|will|can|could|would|might) (?:not|never) → \1
cannot → can
can['’]t → can
won['’]t → will
do not|does not|did not|don['’]t|doesn['’]t|didn['’]t → -
(is|are|was|were|be|been|has|have|had) (?:not|never) → \1
(is|are|was|were|has|have|had|would|could|should)n['’]t → \1
not(?= to | yet| [a-z]+(?:ed|ing)) → -
not → -
"""),
    ),
    "denial turned": (
        "negation",
        turns(r"""
no one|nobody → everyone | anyone
nothing → everything | something
none of → all of | some of
no(?= [a-z]) → a | some | - | the | any
neither → both | either
nor → and | or
never → always | often | -
without → with
unable to → able to
failed to → was able to | managed to | -
fails? to → manages to | -
failure to → success in
yet to be → already
hardly|scarcely|barely → clearly | fully | -
rarely|seldom → often | regularly | frequently
no longer → still
few → many
little → much | considerable
prohibited|forbidden|banned → permitted | allowed | authorized
prohibits?|forbids? → permits | allows
refused|declined to → agreed to
refuses|declines to → agrees to
rejected → accepted | approved
lacks → has
lacked → had
lack of → wealth of | availability of
absence of → presence of | existence of
impossible → possible
unlikely → likely
insufficient → sufficient
inadequate → adequate
un(able|acceptable|aware|clear|common|fair|healthy|lawful|likely|necessary) → \1
un(known|paid|safe|suitable|usual|willing|successful|certain|equal|reliable) → \1
un(affected|changed|available|limited) → \1
in(appropriate|complete|consistent|correct|dependent|direct|effective) → \1
in(efficient|eligible|secure|sufficient|valid|visible|formal) → \1
dis(agree|agreed|approve|approved|continue|continued|like|respect|satisfied) → \1
ir(regular|relevant|responsible) → \1
non-([a-z]+) → \1
denied|denies → confirmed
prevented? → allow
avoid → seek
refrain from → engage in
excluding → including
except → including
unless → if
deny → grant
opposed|opposes → supported
"""),
    ),
    "denial put in": (
        "negation",
        turns(r"""
(shall|must|may|should|will|can|could|would|is|are|was|were|has|have)(?= [a-z]+) → \1 not
(is|was|are|were) → \1 never
(able|acceptable|clear|likely|necessary|safe|willing|available) → un\1
with → without
possible → impossible
sufficient → insufficient
agreed to|decided to|managed to → failed to | refused to
always|often → never | rarely
many → few
all → no | none of the
some → no
the(?= [a-z]+ (?:shall|may|must|will|can)) → no
includes?|including → excludes | excluding
permitted|allowed → prohibited | not permitted
accepted|approved → rejected
"""),
    ),
    "strength of a duty": (
        "duty",
        turns(r"""
shall → may | can
must → may | should | can | might
should → must | may | shall | need not
may → must | shall | should
can → must | should
could → must
has to|have to → may
(is|are) (?:required|obliged) to → \1 permitted to | \1 free to
(is|are) (?:allowed|permitted|entitled) to → \1 required to | \1 obliged to
will → may | might
"""),
    ),
    "and for or": (
        "join",
        turns(r"""
or → and
and(?!/) → or
both ([a-z ]+?) and → either \1 or
either ([a-z ]+?) or → both \1 and
"""),
    ),
    "only left out": ("only", turns("only|solely|merely|exclusively|just → -")),
    "only put in": (
        "only",
        turns(r"""
(may|shall|must|can|will|should|is|are|was|were)(?= [a-z]+) → \1 only
(appl(?:y|ies)) to → \1 only to
"""),
    ),
    "before for after": (
        "order",
        turns(r"""
before|prior to|ahead of → after | following
after|following|since|once → before | prior to
until|till → after | since | from
by the time → after
as soon as → before
"""),
    ),
    "comparison turned": (
        "amount",
        turns(r"""
more than|over|in excess of → less than | under | fewer than
less than|fewer than|under|below → more than | over | above
more → less | fewer
less|fewer → more
higher|greater|larger|bigger → lower | smaller
lower|smaller → higher | larger
exceed(ed|s|ing)? → fall short of
above → below
better → worse
worse → better
longer → shorter
faster → slower
"""),
    ),
    "at least for at most": (
        "bound",
        turns(r"""
at least|no less than|not less than → at most | no more than | up to
at most|no more than|not more than|up to → at least | no less than
minimum → maximum
maximum → minimum
not exceed(?:ing)? → exceed
"""),
    ),
    "some for all": (
        "whole",
        turns(r"""
all|every|each → some | most | a few | several | few
all of the → some of the
some|several|certain → all
most|majority of → few | all | some
few → most | all
any → some | every
both → neither | one of
part of → all of
"""),
    ),
    "condition turned": (
        "condition",
        turns(r"""
if → unless | although | because
unless → if | because
although|though|despite|in spite of|notwithstanding → because of | because
because|because of|due to|owing to → despite | although
therefore|thus → however | nevertheless
"""),
    ),
    "included for excluded": (
        "scope",
        turns(r"""
including|includes?|included → excluding | except | excludes
excluding|except for|except|other than|apart from → including
"""),
    ),
    "how often": (
        "often",
        turns(r"""
always|constantly → sometimes | often | rarely
often|frequently|usually|regularly → rarely | sometimes | never | always
sometimes|occasionally → always | never
rarely|seldom → often | always
never → often | sometimes
"""),
    ),
    "zh denial left out": (
        "negation",
        turns(
            r"""
不得(?![不已而]) → 可 | 应 | 可以
不(应|可|会|能|必|准|许|宜|愿|该|敢)(?![不]) → \1
不(?=[支同适包属符存影承知愿想接认允需具希参提要再合足安稳平利当健正合充完])(?!再是) → -
未(?=[能经得曾就对提作被成完获获批达]) → - | 已
尚未|还没有?|并未 → 已经 | 已
没有(?=[一-龥]) → 有 | - | 具有
无法 → 能够 | 可以
无(?=[权力效罪需效]) → 有
禁止|严禁 → 允许 | 可以
拒绝 → 同意 | 接受
难以 → 容易 | 可以
缺乏|缺少 → 具有 | 拥有
从未|从不|从来没有 → 经常 | 曾
很少|极少|几乎不|几乎没有 → 经常 | 常常
不再 → 继续 | 仍然
未经 → 经
非法 → 合法
不足 → 充足
避免|防止 → 促使
无人 → 人人
免于 → 受到
绝不|决不 → -
并非|不是 → 是
两者都不|均不 → 均
""",
            "zh",
        ),
    ),
    "zh denial put in": (
        "negation",
        turns(
            r"""
(?<![不未没无])可以?(?![能是]) → 不得 | 不可
(?<![不未没无反适响相对供效回])应(?![对付急用邀]) → 不应 | 不得
(?<![不未没无])(必须|能够|应当|愿意|支持|同意|承认|适用|属于|包括|允许|接受) → 不\1
(?<=[一-龥])已(?:经)?(?=[一-龥]) → 未 | 尚未 | 没有
(?<![不没])有(?=[一-龥]{2})(?<![所具享拥持只还]有) → 没有
允许|准许 → 禁止
同意 → 拒绝 | 不同意
经(?=[一-龥]{2,6}(?:同意|批准|许可)) → 未经
(?<![不没])能(?=[一-龥]) → 不能 | 无法
(?<=[，。一-龥])是(?=[一-龥]) → 不是
总是|经常|常常 → 从不 | 很少
""",
            "zh",
        ),
    ),
    "zh strength of a duty": (
        "duty",
        turns(
            r"""
必须|务必|须(?=[一-龥]) → 可以 | 可 | 宜
(?<![反适响相对供效回顺])应当?(?![对付急用邀该征]) → 可 | 可以
应该 → 可以 | 必须
(?<![不])可以 → 必须 | 应当 | 应
(?<=[，者方人员会])可(?![能是靠持行以]) → 必须 | 应
能够 → 必须
""",
            "zh",
        ),
    ),
    "zh and for or": (
        "join",
        turns(
            r"""
(?<=[一-龥])或者?(?=[一-龥]) → 和 | 及 | 与
(?<=[一-龥])(?<![总饱温缓参给赋])(?:以及|和(?![平谐睦解缓气议])|及其?|与(?!会))(?=[一-龥]) → 或 | 或者
""",
            "zh",
        ),
    ),
    "zh only left out": (
        "only",
        turns(
            r"""
(?<![船])只(?![要好是]) → -
仅仅?|唯一|唯有|只有|只是 → -
只能 → 能 | 可以
""",
            "zh",
        ),
    ),
    "zh before for after": (
        "order",
        turns(
            r"""
之前|以前 → 之后 | 以后
之后|以后|随后 → 之前 | 以前
(?<=[一-龥])前(?=[，。]) → 后
(?<=[一-龥])后(?=[，。]) → 前
直到|直至 → 自从
""",
            "zh",
        ),
    ),
    "zh comparison turned": (
        "amount",
        turns(
            r"""
多于|高于|超过|大于 → 少于 | 低于 | 不到
少于|低于|不到|小于 → 超过 | 高于
以上 → 以下
以下(?=[，。的]) → 以上
更多 → 更少
更高 → 更低
更少 → 更多
更低 → 更高
""",
            "zh",
        ),
    ),
    "zh at least for at most": (
        "bound",
        turns(
            r"""
至少|不少于|不得少于|不低于 → 至多 | 最多 | 不超过
至多|最多|不超过|不得超过 → 至少 | 不少于
最低 → 最高
最高(?!法|人) → 最低
""",
            "zh",
        ),
    ),
    "zh rise for fall": (
        "trend",
        turns(
            r"""
增加|增长|上升|提高|上涨|扩大|增强 → 减少 | 下降
减少|下降|降低|下跌|缩小|削减 → 增加 | 上升
改善 → 恶化
加强 → 削弱
""",
            "zh",
        ),
    ),
    "zh some for all": (
        "whole",
        turns(
            r"""
所有|全部|一切|全体 → 部分 | 一些 | 少数
一些|有些|某些|部分 → 所有 | 全部
大多数|大部分|多数 → 少数
少数 → 大多数
任何 → 某些
每(?=[一个年天名位]) → 有的
双方|两者 → 一方
""",
            "zh",
        ),
    ),
    "zh condition turned": (
        "condition",
        turns(
            r"""
如果|若(?=[一-龥])(?!干) → 除非 | 尽管 | 因为
除非 → 如果
虽然|尽管 → 因为
因为|由于 → 尽管
因此|所以 → 但是
""",
            "zh",
        ),
    ),
    "zh included for excluded": (
        "scope",
        turns("包括 → 不包括 | 除外\n除了? → 包括\n不包括|不含 → 包括", "zh"),
    ),
}


KINDS: Mapping[str, Plant] = {
    "digit": _sub(r"(?<![\d.,/(A-Za-z-])\d[\d,]*(?:\.\d+)?(?![\d/%)]|\s?per)", _digit),
    "transposed digits": _sub(r"(?<![\d/A-Za-z-])\d{2,}(?![\d/)])", _transposed),
    "scale": _swap(_SCALES),
    "count in words": _sub(
        rf"(?i)(?<![A-Za-z-])(?:{_WORD_NUMBERS})(?![A-Za-z-])", _other_of(_COUNTS)
    ),
    "percentage": _sub(r"\d+(?:\.\d+)?(?=\s?%| per ?cent)", _digit),
    "points": _sub(r"percentage points?", lambda m, r: "per cent"),
    "currency": _swap(_CURRENCIES, flags=""),
    "currency sign": _sub(r"\$(?=\d)", lambda m, r: r.choice(("€", "£"))),
    "unit": _swap(_UNITS, flags=""),
    "year": _sub(
        r"(?<![\d(/-])(?:19|20)\d\d(?![\d)-])",
        lambda m, r: str(int(m.group()) + r.choice((-10, -2, -1, 1, 3))),
    ),
    "month": _sub(
        rf"(?<![A-Za-z])(?:{_MONTH})(?= \d)|(?<=\d )(?:{_MONTH})|(?<=in )(?:{_MONTH})",
        _other_of(_MONTHS),
    ),
    "day": _sub(rf"\b\d{{1,2}}(?= (?:{_MONTH}))|(?<=[a-z] )\d{{1,2}}(?=,)", _day),
    "weekday": _sub(rf"(?:{'|'.join(_DAYS)})", _other_of(_DAYS)),
    "hour": _sub(
        r"(?<![\d:.])(?P<h>1?\d|2[0-3])(?=[:.][0-5]\d\b)|(?<![\d:.])(?P<h2>(?!))",
        lambda m, r: _hour(m, r) if m["h"] else None,
    ),
    "half of the day": _sub(
        r"(?<=\d) ?[ap]\.?m\b",
        lambda m, r: m.group().replace("a", "\0").replace("p", "a").replace("\0", "p"),
    ),
    "ordinal": _sub(
        rf"(?i)(?<![A-Za-z-])(?:{'|'.join(_ORDINALS)})(?![A-Za-z-])(?! hand)", _other_of(_ORDINALS)
    ),
    "ordinal in figures": _sub(
        r"\b\d{1,2}(?=(?:th|st|nd|rd)\b)", lambda m, r: str(int(m.group()) + r.choice((10, 20)))
    ),
    "decade": _sub(
        r"\b(?:19|18)\d0(?=s\b)", lambda m, r: str(int(m.group()) + r.choice((-20, -10, 10)))
    ),
    "fraction": _swap(_FRACTIONS),
    "multiple": _swap(_MULTIPLES),
    "label": _sub(r"\((?P<l>[a-g])\)", _label),
    "roman numeral": _sub(rf"(?<=[a-z] )(?:{'|'.join(_ROMANS)})\b", _other_of(_ROMANS)),
    "article number": _sub(r"(?:(?<=rticle )|(?<=graph )|(?<=ction ))\d{1,3}\b", _digit),
    "symbol": _sub(
        r"\b[A-Z]{1,3}(?:/[A-Z0-9]+)+|\b[A-Z]+-?\d+\b",
        lambda m, r: _digit(m, r) if re.search(r"\d", m.group()) else None,
    ),
    "not left out": _sub(
        rf"\b(?P<a>{_AUX}) not\b|(?<=\w)n['’]t\b", lambda m, r: m["a"] if m["a"] else ""
    ),
    "not put in": _sub(
        rf"(?<=[a-z] )\b(?P<a>{_AUX})\b (?!not)(?=[a-z])", lambda m, r: f"{m['a']} not "
    ),
    "denial reversed": _sub(rf"(?i)(?<![A-Za-z-])(?:{'|'.join(_DENIED)})(?![A-Za-z-])", _denial),
    "affirmation reversed": _sub(
        rf"(?i)(?<![A-Za-z-])(?:{'|'.join(sorted(_AFFIRMED, key=len, reverse=True))})(?![A-Za-z-])",
        _affirmed,
    ),
    "trend": _swap(_TREND),
    "bound": _swap(_BOUND),
    "order": _swap(_ORDER),
    "compass": _swap(_COMPASS, flags=""),
    "sex": _swap(_SEX),
    "stance": _swap(_STANCE),
    "modality": _swap(_MODAL),
    "organ or rank": _swap(_ORGAN, flags=""),
    "country": _swap(_COUNTRY, flags=""),
    "person": _swap(_PERSONS, flags=""),
    "other person": _other_person("en"),
    "item left out": _list_item("en"),
    "item added": _added_item("en"),
    "item replaced": _other_item("en"),
    "clause left out": _clause,
    "sentence left out": _sentence,
    "clause added": _added_clause,
    "sentence added": _added_sentence,
    "quotation": _quoted("en"),
    "zh quotation": _quoted("zh"),
    "roles exchanged": _exchanged,
    "address": _sub(r"https?://\S+[a-z]|www\.\S+[a-z]|[\w.]+@[\w.]+[a-z]", _url),
    "placeholder": _sub(r"%[sdif]|\{\w*\}", lambda m, r: "%x" if m.group()[0] == "%" else "{9}"),
    "tag": _sub(r"</?\w+>", lambda m, r: ""),
    "untranslated": _untranslated,
    "source words left in": _left_in,
    "word doubled": _doubled,
    "double space": _space,
    "unclosed": _unclosed,
    "end mark": _end_mark,
    # into Chinese
    "zh digit": _sub(r"(?<![\d.,/(A-Za-z-])\d[\d,]*(?:\.\d+)?(?![\d/)])", _digit, "zh"),
    "zh count": _sub(
        r"(?<![一二三四五六七八九十百千万零第不统之])[一二两三四五六七八九](?=[个名项次年天家种条人国])",
        _han_digit,
        "zh",
    ),
    "zh ordinal": _sub(r"(?<=第)[一二三四五六七八九](?=[个次届条章十])", _han_digit, "zh"),
    "zh month": _sub(
        r"(?<!\d)(?:1[0-2]|[1-9])(?=月)",
        lambda m, r: str(r.choice([n for n in range(1, 13) if n != int(m.group())])),
        "zh",
    ),
    "zh weekday": _sub(
        r"(?<=(?:星期|礼拜))[一二三四五六日天]",
        lambda m, r: r.choice([d for d in "一二三四五六日" if d != m.group().replace("天", "日")]),
        "zh",
    ),
    "zh points": _sub(r"个百分点", lambda m, r: "%"),
    "zh scale": _sub(
        r"(?<=\d)[万亿](?!分)", lambda m, r: "亿" if m.group() == "万" else "万", "zh"
    ),
    "zh not left out": _sub(
        r"没有(?=[\u4e00-\u9fff])|并未|不(?=[能会是应得可须])|未(?=[能经得曾])|无法(?=.)|禁止(?=.)",
        lambda m, r: {"无法": "能够", "禁止": "允许"}.get(m.group(), ""),
        "zh",
    ),
    "zh not put in": _sub(
        r"(?<=[\u4e00-\u9fff])(?=(?:能够|应该|应当|可以|会议?|是))(?<!不)(?<!还)(?<!但)(?<!就)(?<!也)(?<!都"
        r")(?<!只)(?<!总)(?<!可)(?<!而)",
        lambda m, r: "不",
        "zh",
    ),
    "zh trend": _swap(
        _pairs(
            "增加/减少\n减少/增加\n上升/下降\n下降/上升\n提高/降低\n降低/提高\n增长/下降\n扩大/缩小\n加强/削弱\n至少/至多\n超过/不到\n以上/"
            "以下\n之前/之后\n之后/之前\n以前/以后\n以后/以前\n开始/结束\n支持/反对\n反对/支持\n进口/出口\n出口/进口\n北部/南部\n南部/北部\n"
            "东部/西部\n西部/东部\n男/女\n女/男\n最高/最低\n最低/最高\n允许/禁止\n必须/可以\n上午/下午\n下午/上午\n去年/明年\n明年/去年"
        ),
        "zh",
    ),
    "zh other person": _other_person("zh"),
    "zh item left out": _list_item("zh"),
    "zh item added": _added_item("zh"),
    "zh item replaced": _other_item("zh"),
    "zh clause left out": _zh_clause,
    "zh clause added": _zh_added,
    **{kind: plant for kind, (_, plant) in OPERATORS.items()},
}


def planted(
    pairs: Sequence[tuple[str, str]], seed: int, each: int, kinds: Collection[str] = KINDS
) -> Iterator[tuple[str, int, Mistake]]:
    """Up to `each` mistakes of every kind in `pairs`: the kind, the pair's place, the mistake."""
    rng = random.Random(seed)
    for kind, plant in KINDS.items():
        order = list(range(len(pairs)))
        rng.shuffle(order)
        count = 0
        if kind not in kinds:
            continue
        for place in order:
            if count == each:
                break
            zh, en = pairs[place]
            made = plant(zh, en, rng)
            if made is not None:
                yield kind, place, made
                count += 1
