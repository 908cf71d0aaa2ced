"""`/paper/`: is what stands on a sheet still right? And where paper comes from."""

from __future__ import annotations

from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer

PAPER = "paper/"


def paper_document(renderer: Renderer) -> Document:
    """The page to which the code on paper leads. What a sheet's number stands for is fetched when it is asked for."""
    say = renderer.say
    states = [(state, f"{state.slug}/") for state in renderer.directory.states_by_name]
    # A county's code begins with its state's digits.
    codes = " ".join(f"{state.fips}{state.slug}" for state, _ in states)
    return renderer.document("paper", PAPER, say("Paper"), states=states, codes=codes)
