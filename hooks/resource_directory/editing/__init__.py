"""The editing screen at `/admin/`: absent from the site unless the coalition configures it."""

from resource_directory.editing.screen import (
    Editing,
    EditingRefused,
    content_security_policy,
    editing_files,
    is_of_screen,
    packaged_files,
)

__all__ = [
    "Editing",
    "EditingRefused",
    "content_security_policy",
    "editing_files",
    "is_of_screen",
    "packaged_files",
]
