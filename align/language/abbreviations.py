"""Words that the segmenter knows: what a full stop does not end, and what begins a sentence."""

from __future__ import annotations

from align.language.wordset import wordset

ABBREVIATIONS = wordset(
    # titles: a name follows
    "mr mrs ms messrs mme mlle dr prof rev hon gen lt col maj capt cpl sgt adm gov sen rep pres "
    "amb fr st msgr sr jr esq ph mt ft brig cmdr insp supt hons "
    # references: a number or name follows
    "no nos art arts para paras par pars vol vols ch chap chaps sect sects sec secs fig figs p pp "
    "ed eds add corr res doc docs ann app ref refs ser pt pts supp suppl eq eqs tab cap cl reg "
    "regs cit loc op seq ibid"
    # Latin and others that go on
    " e.g i.e cf vs v viz al ca c approx incl excl est resp etc dept univ assn bros dist div "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat "
    "u.s u.k u.n e.u d.c u.s.s.r u.s.a a.m p.m inc ltd co corp llc plc intl natl"
)
"""Written with a full stop that may be no end."""

MAY_END = wordset(
    "etc inc ltd co corp llc plc jr sr esq a.m p.m u.s u.k u.n e.u d.c u.s.s.r u.s.a al no st ca c "
    "est sat sun mar may dist div dept univ jan feb apr jun jul aug sep sept oct nov dec ibid ft "
    "hons seq cit ed eds"
)
"""Those that also end sentences: a stop unless what follows shows that the sentence goes on."""

ALSO_WORDS = wordset("no sat sun mar may")
"""Those of them that are words too: "He said no." ends."""

NUMBER_FOLLOWS = wordset("no nos jan feb mar apr jun jul aug sep sept oct nov dec c ca p pp")
"""A number goes on after these; "No." before anything else is an answer."""

STARTERS = wordset(
    "the a an he she it they we i you in on at this that these those there but and however "
    "moreover when while if as for his her its their our my with after before although since "
    "no not all some many most one such other another what who how why where by from to everyone "
    "everybody nobody nothing then so yes did do does is was are were can will would let please"
)
"""Words that are written with a capital at the head of a sentence and hardly elsewhere."""

MARKED_NAMES = wordset("yahoo yum jeopardy kahoot joomla oliver oklahoma jumbo chupa toys")
"""Names that are written with an exclamation mark: Yahoo!, Jeopardy!, Oklahoma!"""

COMPANY_FORMS = wordset("inc ltd co corp llc plc gmbh ag sa limited company corporation")
"""What stands after a company's name, whatever mark the name ends with."""

NUMBER_NEEDED = wordset(
    # parts of documents and things that are counted: "section 2.", "phase 1."
    "section sections article articles paragraph paragraphs para paras subparagraph subparagraphs "
    "no nos number numbers page pages p pp part parts chapter chapters step steps table tables "
    "figure figures fig annex annexes appendix item items rule rules version level phase goal "
    "goals target targets line lines day question clause clauses schedule volume vol article "
    "resolution decision option class category group room grade point points note notes "
    # function words and verbs: "from 1 to 2.", "there were 3."
    "in to from than and or by at is was are were be been the a an of only about over under least "
    "most nearly almost exactly equals has have had with for on as between per plus minus times "
    # days of a month
    "january february march april may june july august september october november december jan "
    "feb mar apr jun jul aug sep sept oct nov dec"
)
"""Words after which a number belongs to the sentence and is no label of an item."""
