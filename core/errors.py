"""Every error that Wenhai raises on purpose; each message carries the evidence and the remedy."""


class WenhaiError(Exception):
    """The root of the tree; `code` is stable and goes out over HTTP."""

    code = "internal_error"


class InvalidSetting(WenhaiError):
    """A setting has a value that cannot be used."""

    code = "invalid_setting"


class InvalidQuery(WenhaiError):
    """The question cannot be asked so."""

    code = "invalid_query"


class InvalidFilter(InvalidQuery):
    """A filter that cannot be read, or that asks for what no field holds."""

    code = "invalid_filter"

    @classmethod
    def at(cls, column: int, message: str) -> "InvalidFilter":
        """Return the error that says what is wrong at that column, which counts from 1."""
        return cls(f"filter, column {column}: {message}")


class DocumentNotFound(WenhaiError):
    """No document of that id is in the library."""

    code = "document_not_found"


class CollectionNotFound(WenhaiError):
    """No collection of that name is here."""

    code = "collection_not_found"


class CollectionNotEmpty(WenhaiError):
    """A collection that still holds something is not deleted."""

    code = "collection_not_empty"


class TaskNotFound(WenhaiError):
    """No task of that id is known, or no longer."""

    code = "task_not_found"


class InvalidKey(WenhaiError):
    """A key cannot be made so."""

    code = "invalid_key"


class KeyNotFound(WenhaiError):
    """There is no key of that name."""

    code = "key_not_found"


class InvalidDocument(WenhaiError):
    """What is sent is no document; names the field and what is allowed."""

    code = "invalid_document"


class PreconditionFailed(WenhaiError):
    """The document is not, or no longer, in the version that the request is about."""

    code = "precondition_failed"


class IdempotencyKeyReused(WenhaiError):
    """The key of an earlier request came with another request."""

    code = "idempotency_key_reused"


class FileNotAvailable(WenhaiError):
    """The document has no file, or its file is no longer where it was indexed."""

    code = "file_not_available"


class PageNotFound(WenhaiError):
    """The document has no page of that number."""

    code = "page_not_found"


class PictureNotAvailable(WenhaiError):
    """A page cannot be shown: its document is no PDF, or one that is damaged or encrypted."""

    code = "picture_not_available"


class UnreadableFile(WenhaiError):
    """A file gives no document; the message is the reason, shown beside its name."""

    code = "unreadable_file"


class InvalidDataset(WenhaiError):
    """A judged set, or a file beside it, is not what it has to be; names file and line."""

    code = "invalid_dataset"


class ServerFailed(WenhaiError):
    """A server that was asked over HTTP cannot be reached, or refuses."""

    code = "server_failed"


class ModelUnavailable(WenhaiError):
    """The encoder cannot be had on this machine as it is."""

    code = "model_unavailable"


class LibraryError(WenhaiError):
    """The library on disk cannot serve."""

    code = "library_error"


class LibraryNotFound(LibraryError):
    """There is no library in that folder."""

    code = "library_not_found"


class LibraryDamaged(LibraryError):
    """The library is there and does not hold together."""

    code = "library_damaged"


class SnapshotDamaged(LibraryError):
    """A file is no snapshot, or not as it was written."""

    code = "snapshot_damaged"


class ModelMismatch(LibraryError):
    """The library was built with another model than the one asked for."""

    code = "model_mismatch"


class UnknownGeneration(LibraryError):
    """The library has no generation of that number."""

    code = "unknown_generation"


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""

    code = "library_busy"


class StorageFailed(LibraryError):
    """The disk refused a write: full, read-only or gone."""

    code = "storage_failed"
