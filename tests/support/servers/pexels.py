"""Pexels: photos, video clips, the headers that tell the rest of the quota, and the files themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support.servers.base import VendorServer
from tests.support.servers.pictures import draw_picture

RESET_UNIX = 1893456000


@dataclass(frozen=True)
class Photo:
    """One photo; `alt` is what is searched."""

    id: int
    width: int
    height: int
    photographer: str
    alt: str


@dataclass(frozen=True)
class Clip:
    """One video clip; `about` is what is searched. `sizes` are the renditions: (quality, width, height, fps)."""

    id: int
    width: int
    height: int
    duration: int
    user: str
    about: str
    sizes: tuple[tuple[str, int, int, float], ...]


PHOTOS = (
    Photo(2014422, 3024, 4032, "Joey Farina", "Brown rocks during golden hour at the sea"),
    Photo(1001682, 5184, 3456, "Kellie Churchman", "Blue ocean wave at the shore"),
    Photo(3571551, 3648, 5472, "Josh Withers", "Aerial photo of the sea and a sandy shore"),
    Photo(1000001, 700, 500, "Tiny Camera", "Small picture of the sea"),
)
CLIPS = (
    Clip(
        1409899,
        3840,
        2160,
        20,
        "Michal Marek",
        "waves of the sea",
        (
            ("sd", 640, 360, 25.0),
            ("sd", 960, 540, 25.0),
            ("hd", 1280, 720, 25.0),
            ("hd", 1920, 1080, 25.0),
            ("uhd", 3840, 2160, 25.0),
        ),
    ),
    Clip(
        2169880,
        2160,
        3840,
        12,
        "Engin Akyurt",
        "the sea in the morning",
        (("sd", 360, 640, 30.0), ("hd", 720, 1280, 30.0), ("hd", 1080, 1920, 30.0), ("uhd", 2160, 3840, 30.0)),
    ),
    Clip(3000003, 1080, 1920, 3, "Short Shot", "sea foam", (("hd", 1080, 1920, 30.0),)),
)


def draw_clip(width: int, height: int) -> bytes:
    """A real MP4 of a second, small whatever is asked for: its picture is an eighth of the size."""
    import io

    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width // 16 * 2, height // 16 * 2, "yuv420p"
        frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([90]) * plane.buffer_size)
        for index in range(5):
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


class PexelsServer(VendorServer):
    """`url` is what the vendor calls https://api.pexels.com; the files are below `url`/images and `url`/files.

    Attributes:
        remaining: Requests left; the headers say so, and at 0 every call is refused.
        replaced: Bodies that are sent instead of a file, by its path.
        redirects: Where a file's path is redirected to.
    """

    def __init__(self, *, latency_s: float = 0.0, key: str = "test-key-not-secret") -> None:
        super().__init__(latency_s=latency_s, key=key)
        self.remaining = 20_000
        self.replaced: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/v1/search", self._search_photos)
        app.router.add_get("/v1/curated", self._search_photos)
        app.router.add_get("/videos/search", self._search_videos)
        app.router.add_get("/v1/videos/search", self._search_videos)
        app.router.add_get("/images/photos/{id}/{name}", self._photo_file)
        app.router.add_get("/files/video-files/{id}/{name}", self._video_file)

    def refuse(self, status: int, message: str) -> web.Response:
        return web.json_response({"status": status, "code": message}, status=status)

    async def _search_photos(self, request: web.Request) -> web.Response:
        if refused := self._refuse(request):
            return refused
        found = [photo for photo in PHOTOS if self._fits(request, photo.alt, photo.width, photo.height)]
        page, per_page = int(request.query.get("page", 1)), min(80, int(request.query.get("per_page", 15)))
        shown = found[(page - 1) * per_page : page * per_page]
        body: dict[str, Any] = {
            "page": page,
            "per_page": per_page,
            "photos": [self._describe_photo(photo) for photo in shown],
            "total_results": len(found),
        }
        if page * per_page < len(found):
            body["next_page"] = f"{self.url}/v1/search/?page={page + 1}&per_page={per_page}"
        return web.json_response(body, headers=self._quota())

    async def _search_videos(self, request: web.Request) -> web.Response:
        if refused := self._refuse(request):
            return refused
        found = [clip for clip in CLIPS if self._fits(request, clip.about, clip.width, clip.height)]
        body = {
            "page": 1,
            "per_page": int(request.query.get("per_page", 15)),
            "total_results": len(found),
            "url": "https://www.pexels.com/videos/",
            "videos": [self._describe_clip(clip) for clip in found],
        }
        return web.json_response(body, headers=self._quota())

    def _fits(self, request: web.Request, about: str, width: int, height: int) -> bool:
        wanted = set(re.findall(r"\w+", request.query.get("query", "").lower()))
        shape = "square" if width == height else "portrait" if height > width else "landscape"
        return (
            bool(wanted & set(re.findall(r"\w+", about.lower()))) and request.query.get("orientation", shape) == shape
        )

    def _describe_photo(self, photo: Photo) -> dict[str, Any]:
        original = f"{self.url}/images/photos/{photo.id}/pexels-photo-{photo.id}.jpeg"
        small = f"{original}?auto=compress&cs=tinysrgb"
        return {
            "id": photo.id,
            "width": photo.width,
            "height": photo.height,
            "url": f"https://www.pexels.com/photo/{photo.alt.lower().replace(' ', '-')}-{photo.id}/",
            "photographer": photo.photographer,
            "photographer_url": f"https://www.pexels.com/@{photo.photographer.lower().replace(' ', '-')}",
            "photographer_id": photo.id % 1000,
            "avg_color": "#978E82",
            "src": {
                "original": original,
                "large2x": f"{small}&dpr=2&h=650&w=940",
                "large": f"{small}&h=650&w=940",
                "medium": f"{small}&h=350",
                "small": f"{small}&h=130",
                "portrait": f"{small}&fit=crop&h=1200&w=800",
                "landscape": f"{small}&fit=crop&h=627&w=1200",
                "tiny": f"{small}&dpr=1&fit=crop&h=200&w=280",
            },
            "liked": False,
            "alt": photo.alt,
        }

    def _describe_clip(self, clip: Clip) -> dict[str, Any]:
        return {
            "id": clip.id,
            "width": clip.width,
            "height": clip.height,
            "duration": clip.duration,
            "full_res": None,
            "tags": [],
            "url": f"https://www.pexels.com/video/{clip.about.replace(' ', '-')}-{clip.id}/",
            "image": f"{self.url}/images/photos/{clip.id}/pexels-photo-{clip.id}.jpeg",
            "avg_color": None,
            "user": {
                "id": clip.id % 1000,
                "name": clip.user,
                "url": f"https://www.pexels.com/@{clip.user.lower().replace(' ', '-')}",
            },
            "video_files": [
                {
                    "id": clip.id * 10 + index,
                    "quality": quality,
                    "file_type": "video/mp4",
                    "width": width,
                    "height": height,
                    "fps": fps,
                    "link": f"{self.url}/files/video-files/{clip.id}/"
                    f"{clip.id}-{quality}_{width}_{height}_{fps:.0f}fps.mp4",
                    "size": width * height,
                }
                for index, (quality, width, height, fps) in enumerate(clip.sizes)
            ],
            "video_pictures": [],
        }

    async def _photo_file(self, request: web.Request) -> web.StreamResponse:
        if given := self._given_instead(request):
            return given
        photo = next((known for known in PHOTOS if str(known.id) == request.match_info["id"]), None)
        if photo is None:
            return web.Response(status=404, text="not found")
        width, height = render_size(photo.width, photo.height, dict(request.query))
        return web.Response(body=draw_picture(photo.alt, width, height), content_type="image/jpeg")

    async def _video_file(self, request: web.Request) -> web.StreamResponse:
        if given := self._given_instead(request):
            return given
        match = re.search(r"_(\d+)_(\d+)_", request.match_info["name"])
        assert match
        return web.Response(body=draw_clip(int(match[1]), int(match[2])), content_type="video/mp4")

    def _given_instead(self, request: web.Request) -> web.Response | None:
        if target := self.redirects.get(request.path):
            return web.Response(status=302, headers={"Location": target})
        if (body := self.replaced.get(request.path)) is not None:
            return web.Response(body=body, content_type="image/jpeg")
        return None

    def _quota(self) -> dict[str, str]:
        """Sent with successful answers only, as the vendor's documentation says."""
        return {
            "X-Ratelimit-Limit": "20000",
            "X-Ratelimit-Remaining": str(self.remaining),
            "X-Ratelimit-Reset": str(RESET_UNIX),
        }

    def _refuse(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != self.key:
            return web.json_response({"status": 401, "code": "Unauthorized"}, status=401)
        if not request.query.get("query") and request.path.endswith("search"):
            return web.json_response({"status": 400, "code": "Missing required param: query"}, status=400)
        if self.remaining <= 0:
            return web.json_response({"status": 429, "code": "Rate limit exceeded"}, status=429)
        self.remaining -= 1
        return None


def render_size(width: int, height: int, query: dict[str, str]) -> tuple[int, int]:
    """What the picture service makes of w, h, dpr and fit; it never enlarges."""
    ratio = float(query.get("dpr", "1"))
    limits = (float(query.get("w", "inf")) * ratio, float(query.get("h", "inf")) * ratio)
    if query.get("fit") == "crop":
        return round(min(width, limits[0])), round(min(height, limits[1]))
    scale = min(1.0, limits[0] / width, limits[1] / height)
    return round(width * scale), round(height * scale)
