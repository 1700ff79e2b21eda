"""What Odoo needs beside its source: left-out files, PDF printer, Chinese font."""

import os
import platform
import shutil

from . import apt, process, source, stamps
from .console import Failure, step, warn
from .paths import BIN, DEV, FONTS_CONF, NODE, SYSROOT, venv_program

FONT_AWESOME = "font-awesome@4.7.0"
AXE = "axe-core@4.14.1"
SELFIE = "@mediapipe/selfie_segmentation@0.1.1675465747"
FONT_PACKAGE = "fonts-wqy-zenhei"
PDF_LIBRARIES = ("libxrender1", "libfontconfig1", "libxext6", "libx11-6")
LIBRARY_NAMES = (
    r"(lib(x|fontconfig|freetype|png|expat|brotli|bsd|md|stdc\+\+6|gcc-s1)|zlib1g)"
)

FONTS_TEXT = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>{fonts}</dir>
  <cachedir>{dev}/fontcache</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
</fontconfig>
"""

WRAPPER_TEXT = """\
#!/bin/sh
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{fonts}"
exec "{program}" "$@"
"""


def ensure():
    """Complete Odoo's surroundings, each part once."""
    ensure_left_out_files()
    ensure_fonts()
    ensure_pdf()


# Files that Debian leaves out of Odoo


def ensure_left_out_files():
    """Font Awesome 4.7 and the background-blur script, where the source lacks them."""
    if source.given():
        return
    base = source.addons_paths()[0]
    selfie = base / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    fonts = base / "web/static/lib/fontawesome/fonts"
    if selfie.is_file() and (fonts / "fontawesome-webfont.ttf").is_file():
        return
    with step("Files that Debian leaves out of Odoo"):
        packages = npm_packages("left_out", FONT_AWESOME, SELFIE)
        for folder in (fonts, base / "web/static/src/libs/fontawesome/fonts"):
            replace_links(packages / "font-awesome/fonts", folder)
        selfie.parent.mkdir(parents=True, exist_ok=True)
        copy_whole(packages / "@mediapipe/selfie_segmentation" / selfie.name, selfie)


def replace_links(origin, folder):
    """Put the files of ``origin`` where ``folder`` has none, or a link to nowhere."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in origin.iterdir():
        if not (folder / path.name).exists():
            (folder / path.name).unlink(missing_ok=True)
            copy_whole(path, folder / path.name)


def copy_whole(origin, target):
    """Copy so that ``target`` exists complete or not at all."""
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(origin, partial)
    partial.replace(target)


def npm():
    """The system's npm, else the one among the Python packages."""
    return shutil.which("npm") or str(venv_program("npm"))


def npm_environment():
    """Environment in which npm finds its node."""
    path = os.pathsep.join((os.environ.get("PATH", ""), str(venv_program(""))))
    return dict(os.environ, PATH=path, npm_config_update_notifier="false")


def npm_packages(name, *specs):
    """Have npm install packages once; return the folder in which they lie."""
    target = NODE / name
    if not target.is_dir():
        partial = NODE / (name + ".part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        process.must(
            "npm-" + name,
            "cannot install %s from npm" % " ".join(specs),
            *(npm(), "install", "--no-save", "--no-package-lock", "--ignore-scripts"),
            *("--no-audit", "--no-fund", *specs),
            attempts=3,
            cwd=partial,
            env=npm_environment(),
        )
        partial.rename(target)
    return target / "node_modules"


def axe_source():
    """The program that finds what assistive technology cannot read on a page."""
    folder = npm_packages("axe", AXE)
    return (folder / "axe-core/axe.min.js").read_text()


# Fonts


def ensure_fonts():
    """A font with Chinese characters, else PDFs and pictures print boxes."""
    write_fonts_conf()
    if stamps.is_done("fonts", FONT_PACKAGE):
        return
    if not has_chinese_font():
        try:
            with step("Chinese font"):
                for deb in apt.Apt().download(FONT_PACKAGE):
                    apt.unpack(deb, SYSROOT)
        except Failure as failure:
            warn(
                "no Chinese font, Chinese text in PDFs will print as boxes: %s"
                % failure
            )
            return
    stamps.mark_done("fonts", FONT_PACKAGE)


def has_chinese_font():
    """Whether the system has one already."""
    try:
        return bool(process.output("fc-list", ":lang=zh-cn", "family").strip())
    except (OSError, process.subprocess.CalledProcessError):
        return False


def write_fonts_conf():
    """The system's fonts and the unpacked ones, with a cache of their own."""
    DEV.mkdir(exist_ok=True)
    FONTS_CONF.write_text(FONTS_TEXT.format(fonts=SYSROOT / "usr/share/fonts", dev=DEV))


# PDF


def ensure_pdf():
    """wkhtmltopdf with patched Qt (headers and footers), and its libraries."""
    program = venv_program("wkhtmltopdf-pack")
    wrapper = BIN / "wkhtmltopdf"
    if wrapper.exists() and stamps.is_done("pdf", str(program)):
        return
    if platform.machine() != "x86_64" or not program.exists():
        warn("no wkhtmltopdf with patched Qt for this machine: PDFs need your own")
        return
    with step("PDF printer"):
        if missing_libraries(program):
            unpack_libraries(program)
        write_wrapper(wrapper, program)
        try:
            process.output(wrapper, "--version")
        except (OSError, process.subprocess.CalledProcessError):
            warn("wkhtmltopdf does not start: no PDFs")
            return
    stamps.mark_done("pdf", str(program))


def missing_libraries(program):
    """Whether the system lacks a library of ``program``."""
    try:
        return "not found" in process.output("ldd", program)
    except (OSError, process.subprocess.CalledProcessError):
        return True


def unpack_libraries(program):
    """Unpack the libraries of ``program`` below ``.dev``."""
    try:
        private = apt.Apt()
        for deb in private.download(
            *private.with_dependencies(PDF_LIBRARIES, LIBRARY_NAMES)
        ):
            apt.unpack(deb, SYSROOT)
    except Failure as failure:
        warn(
            "%s lacks libraries (%s): %s"
            % (program.name, ", ".join(PDF_LIBRARIES), failure)
        )


def library_path():
    """Folders of the unpacked libraries."""
    found = {str(path.parent) for path in SYSROOT.glob("**/*.so.*")}
    return os.pathsep.join(sorted(found))


def write_wrapper(wrapper, program):
    """The program ``wkhtmltopdf`` as Odoo calls it."""
    BIN.mkdir(parents=True, exist_ok=True)
    partial = wrapper.with_name("wkhtmltopdf.part")
    text = WRAPPER_TEXT.format(
        libraries=library_path(), fonts=FONTS_CONF, program=program
    )
    partial.write_text(text)
    partial.chmod(0o755)
    partial.replace(wrapper)


# Browser


def chromium():
    """The system's Chromium for tests and pictures, or None."""
    for name in (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ):
        path = shutil.which(name)
        if path:
            return path
    return None


def ensure_chromium():
    """Chromium, installed by apt where that needs no password."""
    if chromium():
        return
    prefix = privilege()
    if prefix is None or not shutil.which("apt-get"):
        raise Failure("Chromium is missing: install it (sudo apt-get install chromium)")
    with step("Chromium"):
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        install = (
            *prefix,
            "apt-get",
            "install",
            "-y",
            "--no-install-recommends",
            "chromium",
        )
        code, _log = process.logged("apt-chromium", *install, env=env)
        if code:
            process.must(
                "apt-update", "apt-get update failed", *prefix, "apt-get", "update"
            )
            process.must(
                "apt-chromium", "cannot install Chromium", *install, attempts=2, env=env
            )


def privilege():
    """How to act as root: nothing, sudo, or None where neither goes."""
    if os.geteuid() == 0:
        return ()
    try:
        process.output("sudo", "-n", "true")
    except (OSError, process.subprocess.CalledProcessError):
        return None
    return ("sudo", "-n")
