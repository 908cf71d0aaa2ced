"""Pages: pure functions from the Directory to Documents. Knows Jinja, not MkDocs or its theme."""

from resource_directory.pages.all import all_documents, leading_documents
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer

__all__ = ["Document", "Renderer", "all_documents", "leading_documents"]
