"""Entries stay true: their facts as text that anybody can read and change, and changes from such text."""

from __future__ import annotations
