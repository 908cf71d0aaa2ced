"""The letters that paper can be set in: those of its font, Noto Sans, as code points and ranges of them.

They stand here because records are checked where no font need be. A test holds that they are the font's own.
"""

from __future__ import annotations

import re

#: In base 16.
RANGES = """
    0 D 20-7E A0-377 37A-37F 384-38A 38C 38E-3A1 3A3-3E1 3F0-52F 900-97F 10FB 1AB0-1AC0 1AC5 1AC7-1ACE 1C80-1C88
    1D00-1DF9 1DFB-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4
    1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2000-2064 2066-2071 2074-208E 2090-209C 20A0-20C0 20F0
    2100-215F 2183-2184 2189 2212 25CC 2C60-2C7F 2DE0-2E5D A640-A69F A700-A7CA A7D0-A7D1 A7D3 A7D5-A7D9 A7F2-A7FF
    A8FF A92E AB30-AB6B FB00-FB06 FE00 FE20-FE2F FEFF FFFC-FFFD 10780-10785 10787-107B0 107B2-107BA 1DF00-1DF1E
"""


def _pattern(ranges: str) -> re.Pattern[str]:
    ends = (entry.partition("-")[::2] for entry in ranges.split())
    known = "".join(f"\\U{int(first, 16):08X}-\\U{int(last or first, 16):08X}" for first, last in ends)
    return re.compile(f"[^{known}\\n]")


#: A letter that paper cannot be set in.
NOT_ON_PAPER = _pattern(RANGES)
