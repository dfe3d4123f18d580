"""What must survive a translation: patterns of what stands between words and is no language."""

from __future__ import annotations

import re

TEMPLATE = r"\{%[^{}]{0,200}?%\}"
MATH = (
    r"\$\$[^$]{1,2000}\$\$"
    r"|(?<![\w$\\])\$(?=[^\s$])(?:[^$\n]{0,200}[\\^_={}][^$\n]{0,200}|[a-zA-Z])(?<=\S)\$(?![\w$])"
)
"""TeX between dollars: two prices are none, for it has a sign that prices do not have."""
BRACES = r"\{\{[^{}]{0,100}\}\}"

CODE = r"<(?P<code>code|kbd|samp|var)\b[^<>]*>[^<]*</(?P=code)>"

TAG = re.compile(
    rf"""
    (?P<keep>{CODE})
    | </?(?:[a-zA-Z][\w:-]*|\d{{1,4}})
      (?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*/?>
    | <!--.{{0,2000}}?-->
    """,
    re.VERBOSE | re.DOTALL,
)
"""Tags in plain strings: <b>, <0>, <a href="...">, <br/>."""

KEEP = re.compile(
    rf"""
    (?:https?|ftp|file)://[^\s<>"'）】」，。；]*[^\s<>"'）】」，。；.,;:!?)\]}}]
    | \bwww\.[\w-]+\.[^\s<>"'）】」，。；]*[\w/]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | {BRACES} | {MATH} | \\\(.{{1,200}}?\\\) | \\\[.{{1,200}}?\\\]
    | [%$\#]\{{[^{{}}]{{1,60}}\}}                                 # %{{name}} ${{name}} #{{name}}
    | \{{\s?[\w.\[\]-]{{0,60}}(?:\s?[,:!][^{{}}]{{0,40}})?\s?\}}  # {{0}} {{name}} {{n:.2f}}
    | %\([^()\s]{{1,60}}\)[#0+\ -]*\d*(?:\.\d+)?[a-zA-Z]
    | %(?:\d+\$)?[#0+-]*\d*(?:\.\d+)?(?:hh|h|ll|l|z)?[diouxXeEfgGcrsap@]\b
    | (?<![\w%])%\d{{1,2}}\b                                      # %1
    | (?<![\w$])\$[a-zA-Z_]\w*                                    # $name
    | (?<![\w:/.)\]]):[a-zA-Z_]\w*\b(?!:)                         # :name
    | (?<![^\s("'“‘（])(?:~|\.\.?)?/\w[\w.+@-]*(?:/[\w.+@-]*)*(?<![.])  # /usr/bin/python3
    | \b[A-Z]:\\[^\s<>"']*[\w\\]                                  # C:\Users
    | \b[a-zA-Z]\w{{0,80}}_\w+(?:\(\))? | \b[a-zA-Z][\w.]{{0,80}}\(\)  # snake_case call()
    | (?<![\w-])--[a-z][\w-]*(?:=\S+)?                            # --option
    | &(?:[a-zA-Z][a-zA-Z0-9]*|\#\d+|\#x[0-9a-fA-F]+);
    """,
    re.VERBOSE,
)
"""Addresses, paths and names in programs, TeX, and what programs fill in or expand."""

EMOJI = (
    "[\u2600-\u2793\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\ufe0e\ufe0f\u200d\u20e3"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
SHORTCODE = r"(?<![\w:]):[a-z0-9_+-]*[a-z][a-z0-9_+-]*:(?![\w:])"
MARK = re.compile(f"{EMOJI}|{SHORTCODE}")
"""Emoji and their names: signs that stand beside words and take no part in the sentence."""

UNSPOKEN = re.compile(
    rf"{SHORTCODE}|{EMOJI}|{TEMPLATE}"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ue000-\uf8ff\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001faff\U000e0000-\U0010ffff\ufe00-\ufe0f\u20e3]+"
    r"|(?<![\w+/=.:?&#%@-])[a-zA-Z0-9+/=_-]{64,}"
)
"""What no model of language knows: emoji, the tags of templates, controls, marks of direction,
pictures; data and keys, for no language has words of 64 letters."""
