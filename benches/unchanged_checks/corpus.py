"""Topic pages of 60 to 75 kB: ten teasers in a list, and the menus, scripts and footers that real pages carry."""

import random

COUNTRIES = ["Georgien", "Ghana", "Indien", "Kenia", "Kirgisistan", "Kolumbien", "Marokko", "Moldau", "Philippinen", "Usbekistan"]
SYLLABLES = "ab an be da de ei en er fe ge ha in ka le lo ma mi na ne ol ra re ri sa se ta te un ver vo zu zen".split()


class Corpus:
    """All pages of the site; the same seed gives the same bytes."""

    def __init__(self, pages):
        self.plain = [page(number) for number in range(pages)]

    def write(self, folder):
        """As they are."""
        for number, text in enumerate(self.plain):
            (folder / name(number)).write_text(text, encoding="utf-8")

    def write_with_noise(self, folder, seed):
        """Rebuilt: other white space, session ids, time stamps and order of attributes; the same words and links."""
        dice = random.Random(seed)
        for number, text in enumerate(self.plain):
            (folder / name(number)).write_text(noisy(text, dice), encoding="utf-8")


def name(number):
    return f"thema-{number:04}.html"


def page(number):
    dice = random.Random(number)
    teasers = "".join(teaser(country, number, dice) for country in COUNTRIES)
    head = f'<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><title>Thema {number}</title></head>\n<body>\n'
    main = f'<main id="content"><h1>Thema {number}</h1>\n<ul id="teaserliste">\n{teasers}</ul></main>\n'
    foot = "<!-- erzeugt -->\n</body></html>\n"
    size = dice.randrange(60_000, 75_000)
    menu = filler(dice, size - len(head) - len(main) - len(foot))
    return head + menu + main + foot


def teaser(country, number, dice):
    slug = country.lower()
    return (
        f'<li class="teaser" id="t-{slug}">\n  <h3><a href="/laender/{number}/{slug}.html">{country}</a></h3>\n'
        f"  <p>{sentence(dice, 60)} {sentence(dice, 60)}</p>\n</li>\n"
    )


def filler(dice, size):
    """Menus and a script, as they stand around the list of a real page."""
    parts, length = [], 0
    while length < size:
        if dice.random() < 0.2:
            part = f'<script>window.data = {{"{word(dice)}": "{sentence(dice, 40)}"}};</script>\n'
        else:
            links = "".join(f'<li class="nav"><a href="/{word(dice)}/{word(dice)}.html">{sentence(dice, 3)}</a></li>\n' for _ in range(8))
            part = f'<nav class="menu"><h2>{word(dice)}</h2><ul>\n{links}</ul></nav>\n'
        parts.append(part)
        length += len(part)
    return "".join(parts)


def sentence(dice, words):
    return " ".join(word(dice) for _ in range(words)).capitalize() + "."


def word(dice):
    return "".join(dice.choices(SYLLABLES, k=dice.randrange(1, 5)))


def noisy(text, dice):
    session = f"{dice.getrandbits(64):016x}"
    text = text.replace('.html"', f'.html;jsessionid={session}"')
    text = text.replace("<!-- erzeugt -->", f"<!-- erzeugt {dice.getrandbits(40)} -->")
    text = text.replace('<li class="teaser" id=', '<li data-at="%d" id=' % dice.getrandbits(30)).replace("\n  <p>", "\n\n\t<p>\n ")
    return text.replace(". ", ".\n   ")
