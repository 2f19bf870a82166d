"""Wikimedia and Openverse: the wikis' action API, Commons' files and thumbnails, Openverse's search.

    /en.wikipedia/w/api.php   /commons/w/api.php   /upload/...(the files)   /openverse/v1/images/   /remote/...

The action API answers in both its formats: version 1, which client libraries use, and version 2.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.support.servers.base import VendorServer
from tests.support.servers.pictures import draw_picture
from tests.support.servers.wikimedia_data import ARTICLES, MEDIA, OPENVERSE, Article, Media

_WORD = re.compile(r"\w+")
_STEPS = (20, 40, 60, 120, 250, 330, 500, 960, 1280, 1920, 3840)
_STOP = {"the", "of", "a", "an", "in", "on", "to", "how", "why", "do", "does", "and", "is", "are", "work", "at"}


def fail_in_api(code: str, info: str, headers: dict[str, str] | None = None) -> web.Response:
    """The action API's own way to fail: status 200 and a header."""
    return web.json_response(
        {"error": {"code": code, "info": info, "docref": "See /w/api.php for API usage."}, "servedby": "mw-test"},
        headers={"MediaWiki-API-Error": code, **(headers or {})},
    )


class WikimediaServer(VendorServer):
    """No key. A call without a User-Agent that names a contact is refused, as Wikimedia does.

    Attributes:
        api_errors: (code, headers) that the next calls of the action API meet, with status 200.
        replaced: Bodies that are sent instead of a file, by its path.
        redirects: Where a file's path is redirected to.
    """

    def __init__(self, *, latency_s: float = 0.0) -> None:
        super().__init__(latency_s=latency_s)
        self.api_errors: list[tuple[str, dict[str, str]]] = []
        self.replaced: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}

    @property
    def wikipedia(self) -> str:
        """The base address of the wikis, with a place for the language."""
        return f"{self.url}/{{language}}.wikipedia"

    @property
    def commons(self) -> str:
        """The base address of Commons."""
        return f"{self.url}/commons"

    @property
    def openverse(self) -> str:
        """The base address of Openverse."""
        return f"{self.url}/openverse"

    @property
    def file_requests(self) -> list[str]:
        """The paths of the files that were asked for."""
        return [call.path for call in self.calls if call.path.startswith(("/upload", "/remote"))]

    def add_routes(self, app: web.Application) -> None:
        for method in ("GET", "POST"):
            app.router.add_route(method, "/{language}.wikipedia/w/api.php", self._wikipedia)
            app.router.add_route(method, "/commons/w/api.php", self._commons)
        app.router.add_get("/openverse/v1/images/", self._openverse)
        app.router.add_get("/upload/thumb/{name}/{step}px-{rest}", self._thumbnail)
        app.router.add_get("/upload/{name}", self._original)
        app.router.add_get("/remote/{id}.jpg", self._remote)

    def refuse(self, status: int, message: str) -> web.Response:
        """Outside the action API the vendor answers with a page."""
        return web.Response(
            status=status, text=f"<!DOCTYPE html><title>Wikimedia Error</title><p>{message}", content_type="text/html"
        )

    # ---------------------------------------------------------------------------------------- the action API

    async def _wikipedia(self, request: web.Request) -> web.Response:
        language = request.match_info["language"]
        pages = [article for article in ARTICLES if article.language == language]
        if not pages:
            return web.Response(status=404, text="<title>No such wiki</title>", content_type="text/html")
        return await self._act(request, _Wiki(pages, language))

    async def _commons(self, request: web.Request) -> web.Response:
        return await self._act(request, _Commons(self.url))

    async def _act(self, request: web.Request, wiki: _Wiki | _Commons) -> web.Response:
        agent = request.headers.get("User-Agent", "")
        if "http" not in agent and "@" not in agent:
            return self.refuse(403, "Please set a user-agent and respect our robot policy https://w.wiki/4wJS.")
        if self.api_errors:
            code, headers = self.api_errors.pop(0)
            return fail_in_api(code, f"{code} on demand", headers)
        asked = {**request.query, **(dict(await request.post()) if request.method == "POST" else {})}
        if asked.get("action") != "query":
            return fail_in_api("badvalue", f'Unrecognized value for parameter "action": {asked.get("action")}.')
        if asked.get("format") != "json":
            return web.Response(text="<!DOCTYPE html><title>MediaWiki API result</title>", content_type="text/html")
        body: dict[str, Any] = {"batchcomplete": True, "query": wiki.query({k: str(v) for k, v in asked.items()})}
        if asked.get("formatversion") != "2":
            body = _as_version_1(body)
        return web.json_response(body)

    # ------------------------------------------------------------------------------------------------ files

    async def _thumbnail(self, request: web.Request) -> web.Response:
        media = next((item for item in MEDIA if item.name == request.match_info["name"]), None)
        step = int(request.match_info["step"])
        if media is None or step >= media.width:
            return self.refuse(400, "Error generating thumbnail")
        if step not in _STEPS:
            return self.refuse(429, "Use thumbnail steps listed on https://w.wiki/GHai")
        return self._send(request, media.title, step, round(step * media.height / media.width))

    async def _original(self, request: web.Request) -> web.Response:
        media = next((item for item in MEDIA if item.name == request.match_info["name"]), None)
        if media is None:
            return self.refuse(404, "Not found")
        return self._send(request, media.title, media.width, media.height)

    async def _remote(self, request: web.Request) -> web.Response:
        _, title, width, height, *_ = next(item for item in OPENVERSE if item[0] == request.match_info["id"])
        return self._send(request, title, width, height)

    def _send(self, request: web.Request, title: str, width: int, height: int) -> web.Response:
        if target := self.redirects.get(request.path):
            return web.Response(status=302, headers={"Location": target})
        kind = "PNG" if title.endswith(".png") else "JPEG"
        body = self.replaced.get(request.path)
        if body is None:
            body = draw_picture(title, width, height, kind)
        return web.Response(body=body, content_type=f"image/{kind.lower()}")

    # -------------------------------------------------------------------------------------------- Openverse

    async def _openverse(self, request: web.Request) -> web.Response:
        query = request.query
        size = int(query.get("page_size", 20))
        if size > 20:
            detail = {"page_size": ["Ensure this value is less than or equal to 20 for anonymous requests."]}
            return web.json_response({"detail": detail}, status=401)
        wanted = _words(query.get("q", ""))
        allowed = query.get("license_type", "").split(",")
        excluded = query.get("excluded_source", "").split(",")
        found = [
            item
            for item in OPENVERSE
            if wanted & _words(item[1])
            and not ("commercial" in allowed and "nc" in item[4])
            and not ("modification" in allowed and "nd" in item[4])
            and item[7] not in excluded
        ]
        results = [self._describe_openverse(*item) for item in found[:size]]
        headers = {"X-RateLimit-Limit-anon_burst": "20/min", "X-RateLimit-Available-anon_burst": "19"}
        body = {
            "result_count": len(found),
            "page_count": 1,
            "page_size": size,
            "page": 1,
            "results": results,
            "warnings": [],
        }
        return web.json_response(body, headers=headers)

    def _describe_openverse(
        self,
        identity: str,
        title: str,
        width: int,
        height: int,
        licence: str,
        version: str,
        creator: str | None,
        source: str,
    ) -> dict[str, Any]:
        kind = "publicdomain/zero" if licence == "cc0" else f"licenses/{licence}"
        return {
            "id": identity,
            "title": title,
            "indexed_on": "2021-01-01T00:00:00Z",
            "foreign_landing_url": f"https://www.flickr.com/photos/1/{identity[:8]}",
            "url": f"{self.url}/remote/{identity}.jpg",
            "creator": creator,
            "creator_url": None,
            "license": licence,
            "license_version": version,
            "license_url": f"https://creativecommons.org/{kind}/{version}/",
            "provider": source,
            "source": source,
            "category": None,
            "filesize": None,
            "filetype": None,
            "tags": [{"name": word, "accuracy": None} for word in sorted(_words(title))],
            "attribution": f'"{title}" by {creator} is licensed under CC {licence.upper()} {version}.',
            "fields_matched": ["title"],
            "mature": False,
            "height": height,
            "width": width,
            "thumbnail": f"{self.url}/openverse/v1/images/{identity}/thumb/",
            "detail_url": f"{self.url}/openverse/v1/images/{identity}/",
            "related_url": f"{self.url}/openverse/v1/images/{identity}/related/",
            "unstable__sensitivity": [],
        }


class _Wiki:
    """What `action=query` answers on a Wikipedia, in format version 2."""

    def __init__(self, articles: list[Article], language: str) -> None:
        self._articles = articles
        self._language = language

    def query(self, asked: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        if "siteinfo" in asked.get("meta", ""):
            answer.update(_site_info(f"{self._language}wiki"))
        if "search" in asked.get("list", "").split("|"):
            answer.update(self._search(asked))
        if "titles" in asked or "pageids" in asked:
            answer.update(self._pages(asked))
        if asked.get("generator") == "search":
            found = self._find(asked["gsrsearch"])[: int(asked.get("gsrlimit", 10))]
            pages = [{**self._describe(article, asked), "index": index + 1} for index, article in enumerate(found)]
            answer["pages"] = sorted(pages, key=lambda page: page["pageid"])
        return answer

    def _find(self, text: str) -> list[Article]:
        wanted = _words(text)
        scored = [
            (len(wanted & _words(article.title)) * 10 + len(wanted & _words(article.extract)), article)
            for article in self._articles
        ]
        return [
            article
            for score, article in sorted(scored, key=lambda pair: (-pair[0], -pair[1].popularity))
            if score and (score >= 10 or score >= len(wanted))
        ]

    def _search(self, asked: dict[str, str]) -> dict[str, Any]:
        found = self._find(asked["srsearch"])
        info: dict[str, Any] = {"totalhits": len(found)}
        if not found and "suggestion" in asked.get("srinfo", ""):
            import difflib

            near = difflib.get_close_matches(asked["srsearch"].lower(), [a.title.lower() for a in self._articles], n=1)
            info.update({"suggestion": near[0], "suggestionsnippet": f"<em>{near[0]}</em>"} if near else {})
        hits = [
            {
                "ns": 0,
                "title": article.title,
                "pageid": article.pageid,
                "size": len(article.extract),
                "wordcount": len(article.extract.split()),
                "snippet": re.sub(r"(\w+)", r'<span class="searchmatch">\1</span>', article.extract[:120], count=1),
                "timestamp": article.timestamp,
            }
            for article in found[: int(asked.get("srlimit", 10))]
        ]
        return {"searchinfo": info, "search": hits}

    def _pages(self, asked: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = {"pages": []}
        for given in (asked.get("titles") or asked["pageids"]).split("|"):
            if "pageids" in asked and not asked.get("titles"):
                article = next((a for a in self._articles if str(a.pageid) == given), None)
                title = given
            else:
                title = given[:1].upper() + given[1:].replace("_", " ")
                if title != given:
                    answer.setdefault("normalized", []).append({"fromencoded": False, "from": given, "to": title})
                article = next((a for a in self._articles if title == a.title or title in a.redirects), None)
            if re.search(r"[\[\]{}|<>#]", title):
                reason = "The requested page title contains invalid characters."
                answer["pages"].append({"title": title, "invalidreason": reason, "invalid": True})
            elif article is None:
                answer["pages"].append({"ns": 0, "title": title, "missing": True})
            elif title in article.redirects and "redirects" not in asked:
                answer["pages"].append({"pageid": article.pageid + 900, "ns": 0, "title": title, "redirect": True})
            else:
                if title in article.redirects:
                    answer.setdefault("redirects", []).append({"from": title, "to": article.title})
                answer["pages"].append(self._describe(article, asked))
        return answer

    def _describe(self, article: Article, asked: dict[str, str]) -> dict[str, Any]:
        wanted = asked.get("prop", "").split("|")
        page: dict[str, Any] = {"pageid": article.pageid, "ns": 0, "title": article.title}
        if "info" in wanted:
            path = quote(article.title.replace(" ", "_"), safe="()")
            address = f"https://{self._language}.wikipedia.org/wiki/{path}"
            page.update(
                contentmodel="wikitext", pagelanguage=self._language, touched=article.timestamp,
                lastrevid=article.revid, length=len(article.extract), fullurl=address,
                canonicalurl=address, protection=[],
            )  # fmt: skip
        if "extracts" in wanted:
            whole = article.extract
            page["extract"] = whole.split("\n\n\n== ")[0] if "exintro" in asked else whole
        if "description" in wanted:
            page.update(description=article.description, descriptionsource="local")
        if "pageprops" in wanted and article.meanings:
            page["pageprops"] = {"disambiguation": ""}
        if "revisions" in wanted:
            page["revisions"] = [
                {"revid": article.revid, "parentid": article.revid - 1, "timestamp": article.timestamp}
            ]
        if "links" in wanted and article.meanings:
            page["links"] = [{"ns": 0, "title": title} for title in article.meanings]
        return page


class _Commons:
    """What `action=query` answers on Commons, in format version 2."""

    def __init__(self, url: str) -> None:
        self._url = url

    def query(self, asked: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        if "siteinfo" in asked.get("meta", ""):
            answer.update(_site_info("commonswiki"))
        found: list[Media] = []
        if asked.get("generator") == "search":
            text = asked["gsrsearch"]
            kinds = next((part.split(":")[1] for part in text.split() if part.startswith("filetype:")), "")
            wanted = _words(" ".join(part for part in text.split() if ":" not in part))
            found = [
                item
                for item in MEDIA
                if wanted <= _words(item.title + " " + item.metadata.get("ImageDescription", ""))
                and (not kinds or ("drawing" if "svg" in item.mime else "bitmap") in kinds.split("|"))
            ][: int(asked.get("gsrlimit", 10))]
        elif "titles" in asked:
            titles = asked["titles"].replace("_", " ").split("|")
            found = [item for item in MEDIA if item.title in titles]
        pages = []
        for index, item in enumerate(found):
            page: dict[str, Any] = {"pageid": item.pageid, "ns": 6, "title": item.title, "imagerepository": "local"}
            if asked.get("generator"):
                page["index"] = index + 1
            if "info" in asked.get("prop", ""):
                page.update(
                    contentmodel="wikitext",
                    pagelanguage="en",
                    touched="2025-01-01T00:00:00Z",
                    lastrevid=item.pageid,
                    length=9,
                )
            if "imageinfo" in asked.get("prop", ""):
                page["imageinfo"] = [self._image_info(item, asked)]
            pages.append(page)
        if pages or "titles" in asked:
            answer["pages"] = sorted(pages, key=lambda page: -page["pageid"])  # not in the order of the search
        return answer

    def _image_info(self, item: Media, asked: dict[str, str]) -> dict[str, Any]:
        props = asked.get("iiprop", "timestamp|user").split("|")
        info: dict[str, Any] = {}
        name = quote(item.name)
        if "size" in props:
            info.update(size=item.width * item.height // 4, width=item.width, height=item.height)
        if "url" in props:
            original = f"{self._url}/upload/{name}"
            info.update(
                url=original, descriptionurl=f"https://commons.wikimedia.org/wiki/File:{name}", descriptionshorturl=""
            )
            if width := int(asked.get("iiurlwidth", 0)):
                step = next((step for step in _STEPS if step >= width), _STEPS[-1])
                small = step < item.width
                info.update(
                    thumburl=f"{self._url}/upload/thumb/{name}/{step}px-{name}" if small else original,
                    thumbwidth=width if small else item.width,
                    thumbheight=round(width * item.height / item.width) if small else item.height,
                )
        if "mime" in props:
            info["mime"] = item.mime
        if "sha1" in props:
            info["sha1"] = hashlib.sha1(item.title.encode()).hexdigest()  # noqa: S324 - the API's own field
        if "extmetadata" in props:
            wanted = asked.get("iiextmetadatafilter", "|".join(item.metadata)).split("|")
            info["extmetadata"] = {
                key: {"value": value, "source": "commons-desc-page", "hidden": ""}
                for key, value in item.metadata.items()
                if key in wanted
            }
        return info


def _site_info(name: str) -> dict[str, Any]:
    return {
        "general": {"mainpage": "Main Page", "sitename": name, "generator": "MediaWiki 1.45.0-wmf.20", "wikiid": name},
        "namespaces": {"0": {"id": 0, "name": ""}, "6": {"id": 6, "name": "File", "canonical": "File"}},
        "userinfo": {"id": 0, "name": "127.0.0.1", "anon": True, "groups": ["*"], "rights": ["read"]},
    }


def _as_version_1(value: Any) -> Any:
    """Format version 1: pages by their id, true as an empty string, false left out, names under "*"."""
    if isinstance(value, list):
        return [_as_version_1(item) for item in value]
    if not isinstance(value, dict):
        return value
    old: dict[str, Any] = {}
    for name, item in value.items():
        if item is False:
            continue
        if name == "pages":
            missing = iter(range(-1, -1000, -1))
            old[name] = {str(page.get("pageid", next(missing))): _as_version_1(page) for page in item}
        elif name == "namespaces":
            old[name] = {key: {"id": space["id"], "*": space["name"]} for key, space in item.items()}
        else:
            old[name] = "" if item is True else _as_version_1(item)
    return old


def _words(text: str) -> set[str]:
    """Stemmed as far as these pages need it."""
    return {word.rstrip("s") for word in _WORD.findall(text.lower().replace("_", " ")) if word not in _STOP}
