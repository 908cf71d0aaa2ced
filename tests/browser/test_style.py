"""The theme's style is cut to what our pages need (`scripts/theme-style.mjs`): no rule that one of them uses is gone."""

from __future__ import annotations

from pathlib import Path

import material
import pytest

from browser.driving import Visitor
from browser.test_site import KINDS
from support import Build

PAGES = [*KINDS.values(), "es/", "es/co/denver/", "es/gaps/", "reference/fields/", "reference/problems/", "404.html"]
#: Selectors of a style sheet, one by one, as the browser writes them.
SELECTORS = """const selectors = (text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const found = new Set();
  const walk = (rules) => {
    for (const rule of rules) {
      let depth = 0, one = '';
      for (const sign of rule.selectorText ? rule.selectorText + ',' : '') {
        if (sign === ',' && !depth) { found.add(one.trim()); one = ''; continue; }
        depth += (sign === '(') - (sign === ')');
        one += sign;
      }
      if (rule.cssRules) walk(rule.cssRules);
    }
  };
  walk(sheet.cssRules);
  return found;
};
"""
#: Those of the theme that an element of the page matches, whatever its state, and that the site's own sheet lacks.
MISSED = (
    "([theirs, ours]) => {"
    + SELECTORS
    + r"""
  const kept = selectors(ours);
  const plain = (one) => one.replace(/::?(before|after|marker|placeholder|backdrop|file-selector-button|-[\w-]+)/g, '')
    .replace(/:(hover|focus-within|focus-visible|focus|active|checked|target|visited|link|disabled|indeterminate|valid|placeholder-shown)(?![\w-])/g, ':is(*)');
  const matches = (one) => { try { return document.querySelector(plain(one).trim() || '*'); } catch { return true; } };
  return [...selectors(theirs)].filter((one) => !kept.has(one) && matches(one));
}"""
)


@pytest.fixture(scope="module")
def theme() -> str:
    folder = Path(material.__file__).parent / "templates/assets/stylesheets"
    return "\n".join(next(folder.glob(f"{name}.*.min.css")).read_text(encoding="utf-8") for name in ("main", "palette"))


@pytest.mark.parametrize("address", PAGES)
def test_no_rule_that_a_page_uses_is_gone(visit: Visitor, fictional_site: Build, theme: str, address: str) -> None:
    ours = (fictional_site.site / "assets/directory/directory.css").read_text(encoding="utf-8")
    visited = visit(fictional_site)
    page = visited.go(address)
    visited.show_maps()
    assert page.evaluate(MISSED, [theme, ours]) == []


def test_the_check_sees_a_rule_that_is_gone(visit: Visitor, fictional_site: Build, theme: str) -> None:
    page = visit(fictional_site).go("co/denver/")
    ours = (fictional_site.site / "assets/directory/directory.css").read_text(encoding="utf-8")
    missed = page.evaluate(MISSED, [theme, ours.replace(".md-typeset summary", ".gone")])
    assert missed and all("summary" in one for one in missed)


def test_what_no_page_needs_is_left_out(fictional_site: Build, theme: str) -> None:
    ours = (fictional_site.site / "assets/directory/directory.css").read_text(encoding="utf-8")
    assert ".tabbed-set" in theme and ".tabbed-set" not in ours
    assert len(ours) < len(theme), "although all of ours is in it"
