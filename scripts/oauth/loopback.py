"""How a program on a person's own device sends them to their browser and gets them back (RFC 8252 §7.3)."""

import threading
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer


class Loopback:
    """Listens on a free port: register http://127.0.0.1/callback, any port is good."""

    def __init__(self):
        loopback = self

        class Callback(BaseHTTPRequestHandler):
            def do_GET(self):
                loopback.address = loopback.origin + self.path
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"You can close this window.")

            def log_message(self, *_):
                """Nothing: the address has the code in it."""

        self.server = HTTPServer(("127.0.0.1", 0), Callback)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.redirect_uri = self.origin + "/callback"

    def visit(self, url):
        """Opens the address in the browser; the address that the person came back to."""
        threading.Thread(target=webbrowser.open, args=[url]).start()
        self.server.handle_request()
        self.server.server_close()
        return self.address
