"""Whether a negated sentence became one without a negation, English and Chinese.

Tried on people's translations, 997 sentences of flores-dev and 40,538 of Tatoeba: English to
Chinese doubts 4 and 101 of them; Chinese to English 6 and 78, and where the negation of the
English was struck out, 33 of 49 and 2,820 of 3,144.
"""

from __future__ import annotations

import re

ENGLISH = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nobody|nothing|nowhere|cannot)\b|n['’]t\b", re.I
)
NO_ENGLISH = re.compile(r"\b(?:until|No\. ?\d|not only|no longer than)\b|\bnot\b.*\buntil\b", re.I)
NEGATED = re.compile("[不没沒无無未非别別莫勿否免禁拒难難缺]|零|以外|除了|反对")
"""Characters of Chinese one of which a negated sentence has."""

CHINESE = re.compile(
    "(?<![淹埋沉出吞])[没沒](?![事收落错錯]|关系|關係|多久|问题|問題)|并非|並非|切莫|勿"
    "|不(?:[是会會能要想应應该該必需准允许許愿願敢让讓](?![命多错錯好到得])|再|存在)"
    "|不可(?![避思或缺少分磨逆估多]|能不)|[无無]法(?![无無])|[尚从從并並仍还還]未|未[能曾](?!经|經)"
    "|[别別][再去忘让讓动動怕说說担擔想把这這那](?!的)"
)
NO_CHINESE = re.compile(
    "特别|特別|不得不|[会會能可]不|要不[是要]?|不要[紧緊]|不用[谢謝]|不知不[觉覺]|不能再|缺一不可"
    r"|而不是|(.)[不没沒]\1|[没沒]有?[吗嗎吧？]|[没沒]有[^，。]*吧|不是[^，。]*[吗嗎？]|不.{0,8}不"
)
"""What of these is no negation, or two."""
DENIED = re.compile(
    r"\b(?:not?|never|nor|neither|none|nobody|nothing|nowhere|cannot|without|hardly|barely|rarely"
    r"|seldom|scarcely|little|few(?:er)?|unless|until|fail\w*|refus\w*|lack\w*|los[est]\w*|miss\w*"
    r"|bann?\w*|prohibit\w*|forb[ia]d\w*|avoid\w*|stop\w*|den(?:y|ied|ies)|prevent\w*|reject\w*"
    r"|absen\w*|free|declin\w*|oppos\w*|against|rather than|instead|too|far from|off|out of"
    r"|other than|beyond|un(?!der|it|ion|iv|iq|cle)\w{3,}|in(?:ab|ac(?!co)|ad[ev]|app|cap|corr|comp"
    r"|cons|dep|eff|eli|evi|exp|flex|suf|sig|stab|val|vis|oper|toler|just)\w+|im(?:poss|prob|perf|prac"
    r"|mov|moral|mut)\w+|irr\w+|ill(?:eg|og|it)\w+|dis\w{3,}|non\w*|abnormal\w*|\w+less(?:ly|ness)?"
    r"|mis\w{3,}|hard|difficult\w*|trouble|doubt\w*|ignor\w*|skip\w*|beware|zero|wonder\w*|leave"
    r"|quit|keep|still|g[ai]ve up|exempt|exclu\w*|except\w*|empty|devoid|limited|stay|hold)\b"
    r"|n['’]t\b",
    re.I,
)
"""Words of English one of which the translation of a negated sentence has."""


def lost(source: str, translation: str, languages: tuple[str, str]) -> bool:
    """Whether a negation of the source is not in the translation."""
    if languages == ("en", "zh"):
        negated = ENGLISH.search(source) and not NO_ENGLISH.search(source)
        return bool(negated) and not NEGATED.search(translation)
    if languages == ("zh", "en"):
        denied = CHINESE.search(NO_CHINESE.sub("", source))
        return bool(denied) and not DENIED.search(translation)
    return False
