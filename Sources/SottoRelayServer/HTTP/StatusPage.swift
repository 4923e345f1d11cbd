// The one page that a relay shows to people: what this is, that it is up, who runs it.

import Foundation
import SottoCrypto

/// A static page: no scripts, nothing from elsewhere, nothing about anybody.
enum StatusPage {
    /// The page, whole.
    ///
    /// - Parameters:
    ///   - note: What the host says to whoever looks, as text.
    ///   - isReady: Whether posts are taken.
    static func text(_ configuration: StatusPageOptions, isReady: Bool) -> String {
        let state =
            isReady ? "It is up." : "It is up, and takes no messages at the moment."
        let rows = [
            configuration.registration.map { ("New mailboxes", $0) },
            ("Version", configuration.version),
        ].compactMap { $0 }
        let list = rows.map { "<dt>\($0)</dt><dd>\(escaped($1))</dd>" }.joined()
        let note = configuration.note.map { "<p>\(escaped($0))</p>" } ?? ""
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Sotto relay</title>
            <meta name="viewport" content="width=device-width">
            <meta name="robots" content="noindex">
            <style>\(style)</style></head>
            <body><h1>Sotto relay</h1>
            <p>This is a relay of Sotto, which carries sealed messages between people. It cannot
            read them and does not know whose they are. \(state)</p>
            \(note)
            <dl>\(list)</dl></body></html>

            """
    }

    static let contentType = "text/html; charset=utf-8"

    /// Headers that go with the page.
    static var headers: [(String, String)] {
        [
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ]
    }

    /// Nothing may be loaded or run but the page's own style.
    private static let policy: String = {
        let hash = Data(SHA256.hash(Array(style.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }()

    private static let style =
        "body{font:1em/1.5 sans-serif;max-width:36em;margin:3em auto;padding:0 1em}"
        + "dt{font-weight:bold}dd{margin:0 0 .5em}"

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}

/// What the page shows of the relay's settings.
struct StatusPageOptions: Sendable {
    var version = ""
    var note: String?
    var registration: String?
}
