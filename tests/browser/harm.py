"""What a hostile string would have done, seen from inside and outside of a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from watched import Window, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

TRAP = """
for (const name of ["alert", "confirm", "prompt", "print"])
    window[name] = (...told) => window.__ran(name, ...told.map(String));
"""

SETTLED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))"

LIVE = r"""() => {
    const runs = /^(javascript|data|vbscript|blob|filesystem|view-source|feed):$/;
    const leads = new Set(["href", "src", "action", "formaction", "xlink:href", "poster", "data",
        "background", "ping", "srcset", "manifest", "to", "values", "codebase", "longdesc"]);
    const foreign = "iframe, frame, frameset, object, embed, base, applet, audio, video, img, " +
        "meta[http-equiv=refresh i], svg script, [srcdoc], [popover], [contenteditable], marquee";
    const found = [...document.querySelectorAll(foreign)].map(each => each.outerHTML);
    for (const element of document.querySelectorAll("*"))
        for (const { name, value } of element.attributes) {
            let address = null;
            if (leads.has(name)) try { address = new URL(value, location.href); } catch { }
            const isFetched = address && element.localName !== "a" && element.localName !== "form";
            if (name.startsWith("on") || (address && runs.test(address.protocol))
                || (isFetched && address.origin !== location.origin)
                || (name === "style" && /url\(|fixed|expression/.test(value)))
                found.push(element.outerHTML);
        }
    for (const sheet of document.querySelectorAll("style, script:not([src])"))
        if (/__ran\(|off\.example/.test(sheet.textContent)) found.push(sheet.outerHTML);
    return found.map(each => each.slice(0, 200));
}"""


@contextmanager
def trapped(browser: "Browser", origin: str) -> Iterator[tuple[Window, list[Any]]]:
    """Open a window that notices scripts that should not run, with no policy to stop them."""
    ran: list[Any] = []
    with opened(browser, origin, bypass_csp=True) as window:

        def asked(dialog: "Dialog") -> None:
            ran.append((dialog.type, dialog.message))
            dialog.dismiss()

        window.page.context.expose_binding("__ran", lambda _, *told: ran.append(told))
        window.page.context.add_init_script(TRAP)
        window.page.on("dialog", asked)
        yield window, ran


def live(page: "Page") -> list[str]:
    """Give the elements of a page that run, fetch or lead to a script."""
    page.evaluate(SETTLED)
    found: list[str] = page.evaluate(LIVE)
    return found
