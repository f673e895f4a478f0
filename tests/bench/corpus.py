"""Deterministic homepage corpus: corpus.py N FOLDER FORM   (FORM: home pelican hugo eleventy nikola jekyll plain)

N posts dated over ten years; ~60 % short notes (20-60 words), ~40 % articles (300-1500 words) with headings, links,
lists, quotes, fenced code and image references; 0-5 tags of 50, Zipf-distributed.  The bodies are byte-identical
for every form; only the file name and the front matter differ.  20 small but valid JPEG files of 20 kB.  In the form
`home` notes have no title and files are named as a home's are.
"""
import os, random, sys
from datetime import datetime, timedelta

SEED = 20260101
SYL = ("ka lo mi ter sen vo ra den pli or est un al be com di fra gen hu in jo lan mar no ob per qui res sol tan "
       "ul ver wi xa yel zo ment tion ing ly er ed ous able ful ness").split()
TAGS = ["indieweb", "python", "notes", "travel", "photos", "books", "linux", "music", "coffee", "web"] + \
       [f"topic-{i:02d}" for i in range(10, 50)]
CODE = {
    "python": ["import os", "def build(path, *, force=False):", "    \"\"\"Build one page.\"\"\"", "    for name in sorted(os.listdir(path)):",
               "        if name.endswith('.md') and not force:", "            yield name, len(name) * 2", "    return None", "class Page(object):",
               "    def __init__(self, url):", "        self.url = url  # absolute"],
    "bash": ["set -euo pipefail", "for f in content/*.md; do", "  echo \"building $f\"", "done", "git commit -am 'new post' && git push", "curl -s https://example.org/feed.xml | head"],
    "json": ["{", "  \"version\": \"https://jsonfeed.org/version/1.1\",", "  \"title\": \"home\",", "  \"items\": [1, 2, 3]", "}"],
    "html": ["<article class=\"h-entry\">", "  <p class=\"p-name\">Hello &amp; welcome</p>", "  <a class=\"u-url\" href=\"/x\">x</a>", "</article>"],
}


def vocabulary(rng, n=3000):
    words, seen = [], set()
    while len(words) < n:
        w = "".join(rng.choice(SYL) for _ in range(rng.choice((1, 1, 2, 2, 2, 3, 3, 4))))
        if w not in seen:
            seen.add(w)
            words.append(w)
    return words


class Gen:
    def __init__(self, n):
        self.n = n
        r = random.Random(SEED)
        self.vocab = vocabulary(r)
        acc, self.cum = 0.0, []
        for i in range(len(self.vocab)):
            acc += 1 / (i + 8)
            self.cum.append(acc)
        self.tagw = [1 / (i + 1) for i in range(len(TAGS))]

    def words(self, r, k):
        return r.choices(self.vocab, cum_weights=self.cum, k=k)

    def sentence(self, r, rich=True):
        k = r.randint(6, 20)
        w = self.words(r, k)
        if rich:
            x = r.random()
            i = r.randrange(k)
            if x < .12:
                w[i] = f"[{w[i]} {w[i-1]}](https://example.org/{w[i]}/{r.randint(1, 999)})"
            elif x < .20:
                w[i] = f"*{w[i]}*"
            elif x < .27:
                w[i] = f"**{w[i]} {w[i-1]}**"
            elif x < .33:
                w[i] = f"`{w[i]}_{w[i-1]}()`"
            elif x < .38:
                w[i] = f"\"{w[i]}\" -- it's {w[i-1]}..."
        w[0] = w[0][:1].upper() + w[0][1:]
        if k > 12:
            w[k // 2] += ","
        return " ".join(w) + r.choice("....!?")

    def para(self, r, words):
        out, n = [], 0
        while n < words:
            s = self.sentence(r)
            out.append(s)
            n += s.count(" ") + 1
        return " ".join(out)

    def post(self, i):
        r = random.Random(SEED * 1_000_003 + i)
        ntags = r.choices((0, 1, 2, 3, 4, 5), (15, 25, 25, 20, 10, 5))[0]
        tags = []
        while len(tags) < ntags:
            t = r.choices(TAGS, self.tagw)[0]
            if t not in tags:
                tags.append(t)
        span = 10 * 365 * 24 * 60
        minute = int(span * i / self.n) + r.randint(0, max(1, span // self.n - 1))
        date = datetime(2016, 1, 1) + timedelta(minutes=minute)
        note = r.random() < .6
        if note:
            title = f"Note {date:%Y-%m-%d %H:%M}"
            text = self.para(r, r.randint(15, 50))
            if r.random() < .25:
                text += f"\n\n![{self.words(r,1)[0]}](/images/img-{r.randrange(20):02d}.jpg)"
            body = text + "\n"
        else:
            t = self.words(r, r.randint(3, 8))
            title = " ".join(t).capitalize()
            target = r.randint(300, 1500)
            parts, n = [self.para(r, 60)], 60
            while n < target:
                x = r.random()
                if x < .13:
                    parts.append("#" * r.choice((2, 2, 3)) + " " + " ".join(self.words(r, r.randint(2, 6))).capitalize())
                    n += 4
                elif x < .22:
                    lang = r.choice(list(CODE))
                    lines = CODE[lang]
                    parts.append("```" + lang + "\n" + "\n".join(r.choice(lines) if j else lines[0] for j in range(r.randint(3, 14))) + "\n```")
                    n += 20
                elif x < .31:
                    num = r.random() < .3
                    items = [(f"{j+1}. " if num else "- ") + self.sentence(r) for j in range(r.randint(3, 7))]
                    parts.append("\n".join(items))
                    n += 60
                elif x < .36:
                    parts.append("> " + self.para(r, 30))
                    n += 30
                elif x < .41:
                    parts.append(f"![{' '.join(self.words(r, 3))}](/images/img-{r.randrange(20):02d}.jpg)")
                else:
                    k = r.randint(40, 110)
                    parts.append(self.para(r, k))
                    n += k
            body = "\n\n".join(parts) + "\n"
        return dict(i=i, slug=f"{'note' if note else 'post'}-{i:05d}", title=title, date=date, tags=tags, note=note, body=body)


def yaml_front(p, extra=""):
    t = p["title"].replace('"', '\\"')
    tags = "[" + ", ".join(f'"{x}"' for x in p["tags"]) + "]"
    return f'---\ntitle: "{t}"\ndate: {p["date"]:%Y-%m-%dT%H:%M:%S}Z\ntags: {tags}\nslug: {p["slug"]}\n{extra}---\n\n'


# a valid JPEG of 8 x 8 grey pixels; comment segments make it 20 kB
JPEG_HEAD = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + b"\x10" * 64
JPEG_TAIL = bytes.fromhex("ffc0000b080008000801011100ffc40014000100000000000000000000000000000008"
                          "ffc40014100100000000000000000000000000000000ffda0008010100003f0054ffd9")


def jpeg(r):
    comment = r.randbytes(20000)
    return JPEG_HEAD + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + JPEG_TAIL


def home_front(p):
    head = "" if p["note"] else f'Title: {p["title"]}\n'
    tags = f'Tags: {", ".join(p["tags"])}\n' if p["tags"] else ""
    return f'---\n{head}Date: {p["date"]:%Y-%m-%dT%H:%M:%S}+00:00\n{tags}Slug: {p["slug"]}\n---\n\n'


FMT = {
    "home": ("content/posts/{date:%Y-%m-%d}-{slug}.md", home_front),
    "plain": ("posts/{slug}.md", lambda p: ""),
    "pelican": ("content/posts/{slug}.md", lambda p: f'Title: {p["title"]}\nDate: {p["date"]:%Y-%m-%d %H:%M}\n' +
                (f'Tags: {", ".join(p["tags"])}\n' if p["tags"] else "") + f'Slug: {p["slug"]}\n\n'),
    "hugo": ("content/posts/{slug}.md", yaml_front),
    "eleventy": ("src/posts/{slug}.md", yaml_front),
    "nikola": ("posts/{slug}.md", lambda p: f'<!--\n.. title: {p["title"]}\n.. slug: {p["slug"]}\n.. date: {p["date"]:%Y-%m-%d %H:%M:%S} UTC\n'
               f'.. tags: {", ".join(p["tags"])}\n.. type: text\n-->\n\n'),
    "jekyll": ("_posts/{date:%Y-%m-%d}-{slug}.md", yaml_front),
}
IMG = {"home": "content/images", "plain": "images", "pelican": "content/images", "hugo": "static/images", "eleventy": "src/images", "nikola": "files/images", "jekyll": "images"}


def main():
    n, out, which = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    path, front = FMT[which]
    g = Gen(n)
    size = words = notes = 0
    for i in range(n):
        p = g.post(i)
        f = os.path.join(out, path.format(**p))
        if i == 0:
            os.makedirs(os.path.dirname(f), exist_ok=True)
        with open(f, "w", encoding="utf-8") as h:
            h.write(front(p) + p["body"])
        size += len(p["body"]); words += p["body"].count(" ") + 1; notes += p["note"]
    d = os.path.join(out, IMG[which]); os.makedirs(d, exist_ok=True)
    r = random.Random(1)
    for k in range(20):
        with open(f"{d}/img-{k:02d}.jpg", "wb") as h:
            h.write(jpeg(r))
    print(f"{which}: {n} posts, {notes} notes, {words} words, {size/1e6:.2f} MB of Markdown")


main()
