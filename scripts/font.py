"""Make nlptool/fonts/NotoSansCJK.otf, which draws text on pictures: a part of Noto Sans CJK.

    pip download --no-deps cvttf-notosanscjk-regular==1.0 && unzip cvttf_NotoSansCJK_Regular-*.whl
    pip install fonttools
    python scripts/font.py cvttf_NotoSansCJK_Regular/NotoSansCJKtc-Regular.otf

Kept are Latin, Greek, Cyrillic, kana, punctuation, and the Chinese characters of GB 2312 and of
Big5's first level. The font is under the SIL Open Font License 1.1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "nlptool" / "fonts" / "NotoSansCJK.otf"
BLOCKS = ((0x20, 0x530), (0x2000, 0x2700), (0x3000, 0x3130), (0xFF00, 0xFFF0))


def main() -> None:
    """Keep the characters above."""
    font = TTFont(sys.argv[1])
    subsetter = Subsetter(Options(hinting=False, layout_features=[], notdef_outline=True))
    subsetter.populate(unicodes=[code for block in BLOCKS for code in range(*block)], text=_han())
    subsetter.subset(font)
    TARGET.parent.mkdir(exist_ok=True)
    font.save(TARGET)


def _han() -> str:
    simplified = _decoded("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    return simplified + _decoded("big5", range(0xA4, 0xC7), trails)


def _decoded(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> str:
    pairs = (bytes([lead, trail]) for lead in leads for trail in trails)
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)


if __name__ == "__main__":
    main()
