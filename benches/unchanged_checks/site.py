"""nginx on loopback: the same pages once with ETag and Last-Modified, once without."""

import os
import shutil
import socket
import subprocess
import time

CONFIGURATION = """\
daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    types {{ text/html html; }}
    charset utf-8;
    keepalive_requests 1000000;
    root {pages};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{with_validators}; }}
    server {{ listen 127.0.0.1:{without}; etag off; if_modified_since off; add_header Last-Modified ""; }}
}}
"""


class Site:
    """A running nginx; `with_validators` and `without` are its two ports."""

    def __init__(self, folder, pages):
        self.with_validators, self.without = free_port(), free_port()
        user = "user root;\n" if os.geteuid() == 0 else ""
        text = CONFIGURATION.format(
            user=user, folder=folder, pages=pages, with_validators=self.with_validators, without=self.without
        )
        (folder / "nginx.conf").write_text(text)
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
        wait_for(self.without)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("nginx does not answer; see error.log in its folder")
