"""HTTP for the sources: retried, and every failure one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from nlptool import __version__
from nlptool.errors import ModelError, one_line
from nlptool.models.store.pace import Pace, TooSlowError, bound
from nlptool.models.store.pip_settings import Settings

if TYPE_CHECKING:
    from requests import RequestException, Response
    from urllib3 import BaseHTTPResponse

CHUNK = 1 << 16
RETRIES = 4
BACKOFF = 0.2
"""Seconds before the second retry; doubled for each further one."""
LONGEST_WAIT = 10
"""Seconds before a retry, at most, whatever the server asks for."""
PAGE_LIMIT = 64 << 20
"""Bytes of a page that is held in memory; PyPI's largest index has 20 MB."""
PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses that may be gone at the next try."""
REFUSALS = {401: "a login is needed", 403: "access is refused", 404: "there is no such file"}


class Page(NamedTuple):
    """A page: its bytes, their type, and where it was found."""

    content: bytes
    kind: str
    url: str


class UnreachableError(ModelError):
    """A server cannot be had now; what came from it already is worth keeping."""


class Web:
    """A session that goes through the user's proxies with the user's certificates.

    Without settings of pip, the environment's (HTTPS_PROXY, REQUESTS_CA_BUNDLE, .netrc) hold.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        self.settings = settings or Settings()

        class Patient(Retry):
            def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
                """What the server asks for, within reason."""
                wish = super().get_retry_after(response)
                return None if wish is None else min(wish, LONGEST_WAIT)

            def _is_read_error(self, error: Exception) -> bool:
                """An answer that broke off is one behind a proxy, too."""
                inner = getattr(error, "original_error", None)
                return super()._is_read_error(error) or isinstance(inner, ConnectionError)

        class Bounded(HTTPAdapter):
            """Its servers must send their headers in time, too."""

            def init_poolmanager(self, *given: Any, **named: Any) -> None:
                super().init_poolmanager(*given, **named)
                bound(self.poolmanager)

            def proxy_manager_for(self, *given: Any, **named: Any) -> Any:
                manager = super().proxy_manager_for(*given, **named)
                bound(manager)
                return manager

        retry = Patient(
            RETRIES,
            other=0,
            backoff_factor=BACKOFF,
            backoff_max=LONGEST_WAIT,
            status_forcelist=PASSING,
            raise_on_status=False,
        )
        self.session = requests.Session()
        self.session.headers["User-Agent"] = f"nlptool/{__version__}"
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, Bounded(max_retries=retry))

    def get(self, url: str, headers: Mapping[str, str] = {}) -> Response:
        """The open answer to a request; ModelError where there is none that is good."""
        import requests

        settings = self.settings
        try:
            verify = False if urlsplit(url).hostname in settings.trusted else settings.cert
            response = self.session.get(
                url,
                headers=headers,
                stream=True,
                timeout=settings.timeout,
                verify=verify,
                cert=settings.client_cert,
                proxies={"http": settings.proxy, "https": settings.proxy}
                if settings.proxy
                else None,
            )
        except requests.RequestException as error:
            raise UnreachableError(f"{bare(url)}: {_reason(error)}") from error
        except ValueError as error:  # of urllib's and urllib3's, where the server redirects to
            raise ModelError(f"{bare(url)}: it is no address, or leads to none") from error
        status = response.status_code
        if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return response
        kind = UnreachableError if status in PASSING else ModelError
        reason = REFUSALS.get(status, response.reason or "refused")
        raise kind(f"{bare(url)}: the server says {status}: {reason}")

    def read(self, url: str, headers: Mapping[str, str] = {}) -> Page:
        """As get, with the whole answer in memory: for pages, not for files."""
        from urllib3.exceptions import HTTPError

        content, pace = bytearray(), Pace(0)
        with self.get(url, headers) as response:
            try:
                while chunk := response.raw.read1(CHUNK, decode_content=True):
                    content += chunk
                    if len(content) > PAGE_LIMIT:
                        raise ModelError(f"{bare(url)}: a page of more than {PAGE_LIMIT} bytes")
                    pace.check(len(content))
            except (HTTPError, TooSlowError) as error:
                raise UnreachableError(f"{bare(url)}: {_cause(error)}") from error
        return Page(bytes(content), response.headers.get("Content-Type", ""), response.url)


def bare(url: str) -> str:
    """The address without a password, a query or a fragment: fit for messages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def _reason(error: RequestException) -> str:
    import requests
    from urllib3.exceptions import NameResolutionError

    if isinstance(error, requests.exceptions.SSLError):
        return f"TLS: {_cause(error)}; REQUESTS_CA_BUNDLE names other certificates"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy cannot be used: {_cause(error)}"
    if isinstance(error, requests.exceptions.Timeout):
        return "the server does not answer"
    if error.args and isinstance(getattr(error.args[0], "reason", None), NameResolutionError):
        return "the name of the server cannot be resolved (DNS)"
    if isinstance(error, requests.exceptions.ConnectionError):
        return f"the server cannot be reached: {_cause(error)}"
    return one_line(error)


def _cause(error: BaseException) -> str:
    """The innermost reason that urllib3 wrapped."""
    inner = error
    while isinstance(below := getattr(inner, "reason", None) or _first(inner), BaseException):
        inner = below
    return re.sub(r"^.*\[(Errno|SSL)[^]]*\] | \(_ssl\.c:\d+\)$", "", one_line(inner))


def _first(error: BaseException) -> object:
    return error.args[0] if error.args else None
