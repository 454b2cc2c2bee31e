"""What a file really is, whatever it is called, and how long a voice lasts (wechat_platform §4.10)."""

from __future__ import annotations

from dataclasses import dataclass

VOICE_SECONDS = 60
MP3_KILOBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
MP3_KILOBITS_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
AMR_HEAD = b"#!AMR\n"
AMR_FRAME_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
AMR_FRAMES_A_SECOND = 50


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its ending and its content type."""

    ending: str
    content_type: str


PNG, JPEG, GIF = Format("png", "image/png"), Format("jpg", "image/jpeg"), Format("gif", "image/gif")
BMP = Format("bmp", "image/bmp")
AMR, MP3, WAV = Format("amr", "audio/amr"), Format("mp3", "audio/mpeg"), Format("wav", "audio/wav")
MP4 = Format("mp4", "video/mp4")

_HEADS = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF8", GIF), (b"BM", BMP), (AMR_HEAD, AMR),
          (b"ID3", MP3), (b"RIFF", WAV))  # fmt: skip


def of(content: bytes) -> Format | None:
    """Read from its first bytes; None for what the platform would not know either."""
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    if content[4:8] == b"ftyp":
        return MP4
    return MP3 if len(content) > 3 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2 else None


def seconds(content: bytes, kind: Format) -> float:
    """How long it plays: exactly for AMR, by its first frame's rate for MP3, and nought for everything else."""
    if kind is AMR:
        return _amr_frames(content) / AMR_FRAMES_A_SECOND
    if kind is MP3:
        rate = _mp3_kilobits(content)
        return len(content) * 8 / (rate * 1000) if rate else 0.0
    return 0.0


def _amr_frames(content: bytes) -> int:
    at, frames = len(AMR_HEAD), 0
    while at < len(content):
        at += AMR_FRAME_BYTES[content[at] >> 3 & 0x0F]
        frames += 1
    return frames


def _mp3_kilobits(content: bytes) -> int:
    at = 0
    if content.startswith(b"ID3") and len(content) > 10:
        size = 0
        for octet in content[6:10]:
            size = size << 7 | octet & 0x7F
        at = size + 10
    frame = content[at : at + 3]
    if len(frame) < 3 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:
        return 0
    rates = MP3_KILOBITS if frame[1] & 0x08 else MP3_KILOBITS_LOW
    return rates[frame[2] >> 4]
