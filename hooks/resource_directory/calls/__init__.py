"""What a county's page needs to put organizations into the order in which to call them. The browser does the ordering:
what an advocate ticks stays there."""

from resource_directory.calls.facts import Facts, answers_of
from resource_directory.calls.files import CallFiles

__all__ = ["CallFiles", "Facts", "answers_of"]
