"""A folder that is registered and changed step by step; who may see what of it."""

from tests.catalog.conftest import Folder, company, folder

__all__ = ["Folder", "company", "folder"]
