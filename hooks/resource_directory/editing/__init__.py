"""The editing screen at `/admin/`: absent from the site unless the coalition configures it."""

from resource_directory.editing.screen import (
    OF_SCREEN,
    Editing,
    EditingRefused,
    content_security_policy,
    editing_files,
    packaged_files,
)

__all__ = [
    "OF_SCREEN",
    "Editing",
    "EditingRefused",
    "content_security_policy",
    "editing_files",
    "packaged_files",
]
