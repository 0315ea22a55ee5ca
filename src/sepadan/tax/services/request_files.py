"""Files that an applicant hands in: PDF, JPEG or PNG, at most 4 MB, told by their first bytes and not by their name."""

from __future__ import annotations

from sepadan.ground.problems import refuse

LARGEST = 4_000_000
_KINDS = ((b"%PDF-", "application/pdf", "pdf"), (b"\xff\xd8\xff", "image/jpeg", "jpg"),
          (b"\x89PNG\r\n\x1a\n", "image/png", "png"))


def check_file(content: bytes, name: str) -> tuple[str, str]:
    """``(media type, file name)`` of a file that may be kept. Raises Refused on another type, an empty or large one."""
    if not content:
        raise refuse("tax.request.file_empty", where=name[:60], remedy="tax.request.file_empty.remedy")
    if len(content) > LARGEST:
        raise refuse("tax.request.file_large", where=name[:60], remedy="tax.request.file_large.remedy",
                     size=len(content), largest=LARGEST)
    for start, media, ending in _KINDS:
        if content.startswith(start):
            plain = name.rsplit(".", 1)[0][:80] or "berkas"
            return media, f"{plain}.{ending}"
    raise refuse("tax.request.file_type", where=name[:60], remedy="tax.request.file_type.remedy")
