//! A situation's answer in the page's own markup: `index.html` marks what is filled by `data-baked`.

use burstlab::view::Sparkline;
use serde_json::json;

use super::{answer::Answer, card};

/// The height and width that suit most articles, in CSS pixels.
const FRAME: (u32, u32) = (800, 720);

/// The page with everything that is marked filled in, and its head made for previews.
pub fn filled(blank: &str, answer: &Answer, base: &str) -> Result<String, String> {
    let sentence = escaped(&answer.sentence);
    let mut page = blank.to_owned();
    for (slot, markup) in [
        ("story", escaped(&answer.story)),
        ("day", day(&answer.day)),
        ("price", escaped(&answer.price)),
        ("wait-caption", escaped(answer.wait.0)),
        ("wait", escaped(&answer.wait.1)),
        ("unanswered-caption", escaped(answer.unanswered.0)),
        ("unanswered", escaped(&answer.unanswered.1)),
        ("sentence", sentence.clone()),
    ] {
        page = fill(&page, slot, &markup)?;
    }
    if answer.has_unanswered {
        page = replaced(&page, "figure unanswered", "figure unanswered some")?;
    }
    page = replaced(&page, "<html ", &format!("<html data-situation=\"{}\" ", answer.key))?;
    replaced(&page, "</head>", &format!("{}</head>", head(answer, &sentence, base)))
}

/// What the document at the other end of an oEmbed link says.
pub fn oembed(answer: &Answer, base: &str) -> String {
    let Answer { key, title, .. } = answer;
    let (width, height) = FRAME;
    let frame = format!(
        "<iframe src=\"{base}{key}.html?embed\" title=\"Burstlab: {}\" width=\"{width}\" height=\"{height}\" \
         sandbox=\"allow-scripts allow-popups\" loading=\"lazy\" frameborder=\"0\"></iframe>",
        escaped(title)
    );
    let document = json!({
        "version": "1.0",
        "type": "rich",
        "provider_name": "Burstlab",
        "title": title,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": format!("{base}{key}.png"),
        "thumbnail_width": card::WIDTH,
        "thumbnail_height": card::HEIGHT,
    });
    format!("{document:#}\n")
}

fn head(answer: &Answer, sentence: &str, base: &str) -> String {
    let (key, title) = (answer.key, escaped(&answer.title));
    let (width, height) = (card::WIDTH, card::HEIGHT);
    let tags = [
        ("og:type", "website".to_owned()),
        ("og:site_name", "Burstlab".to_owned()),
        ("og:title", title.clone()),
        ("og:description", sentence.to_owned()),
        ("og:image", format!("{base}{key}.png")),
        ("og:image:width", width.to_string()),
        ("og:image:height", height.to_string()),
        ("og:image:alt", sentence.to_owned()),
    ];
    let mut head: String = tags
        .iter()
        .map(|(name, content)| format!("<meta property=\"{name}\" content=\"{content}\">"))
        .collect();
    head.push_str("<meta name=\"twitter:card\" content=\"summary_large_image\">");
    head.push_str(&format!(
        "<link rel=\"alternate\" type=\"application/json+oembed\" title=\"{title}\" href=\"{base}{key}.oembed.json\">"
    ));
    head
}

/// The shape of the day; what it shows is said by the words around it.
fn day(day: &Sparkline) -> String {
    format!(
        "<path class=\"sparkline-area\" d=\"{}\"/><path class=\"sparkline-line\" d=\"{}\"/>\
         <path class=\"sparkline-spikes\" d=\"{}\"/>",
        day.area, day.line, day.spikes
    )
}

/// Puts markup into the one element that is marked so; none of its kind stands within it.
fn fill(page: &str, slot: &str, markup: &str) -> Result<String, String> {
    let missing = || format!("index.html marks nothing by data-baked=\"{slot}\"");
    // Minifiers leave out quotes where they can.
    let marks =
        [format!("data-baked=\"{slot}\""), format!("data-baked={slot} "), format!("data-baked={slot}>")];
    let at = marks.iter().find_map(|mark| page.find(mark.as_str())).ok_or_else(missing)?;
    let name_at = page[..at].rfind('<').ok_or_else(missing)? + 1;
    let name = page[name_at..].split([' ', '>']).next().ok_or_else(missing)?;
    let from = at + page[at..].find('>').ok_or_else(missing)? + 1;
    let to = from + page[from..].find(&format!("</{name}>")).ok_or_else(missing)?;
    Ok([&page[..from], markup, &page[to..]].concat())
}

fn replaced(page: &str, from: &str, to: &str) -> Result<String, String> {
    let at = page.find(from).ok_or_else(|| format!("index.html has no `{from}`"))?;
    Ok([&page[..at], to, &page[at + from.len()..]].concat())
}

/// Text as markup, in and out of attributes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
