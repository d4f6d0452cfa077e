use burstlab_engine::units::number;
use plotters::style::RGBColor;

/// How an area is filled where colours alone may not tell it from its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texture {
    /// All over.
    Solid,
    /// In level stripes.
    Rows,
    /// In upright stripes.
    Columns,
    /// In dots.
    Dots,
}

/// The colour of an area, and its texture for pages whose colours are forced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    /// Its colour.
    pub colour: RGBColor,
    /// Its texture.
    pub texture: Texture,
}

/// The colours of a chart, by meaning. The page's tokens hold the same under the names in [`TOKENS`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Text that matters.
    pub ink: RGBColor,
    /// Text beside it.
    pub muted: RGBColor,
    /// Lines behind the data.
    pub grid: RGBColor,
    /// What the chart is drawn on.
    pub paper: RGBColor,
    /// Requests answered at once.
    pub served: Tone,
    /// Requests that waited for a start, and the time that it takes.
    pub cold: Tone,
    /// Requests turned away.
    pub throttled: Tone,
    /// Requests that failed or took too long.
    pub failed: Tone,
    /// Requests given up after their last try.
    pub dropped: Tone,
    /// Requests waiting in line, and the time that it takes.
    pub queue: Tone,
    /// Copies at work, and the time that they compute.
    pub busy: Tone,
    /// The time that work waits on other systems.
    pub others: Tone,
    /// The time on the way in.
    pub way_in: Tone,
    /// The time until another try.
    pub retry: Tone,
    /// The time in which connections are made.
    pub handshake: Tone,
    /// The time of the system that a request asks.
    pub dependency: Tone,
    /// Copies left over from earlier work.
    pub idle: Tone,
    /// Copies kept warm.
    pub provisioned: Tone,
    /// Dollars.
    pub money: RGBColor,
    /// The typical wait.
    pub p50: RGBColor,
    /// The wait of the slowest 1 in 20.
    pub p95: RGBColor,
    /// The wait of the slowest 1 in 100.
    pub p99: RGBColor,
    /// All waits between the typical and those, filled.
    pub wait_range: RGBColor,
}

type Field = fn(&mut Palette) -> &mut RGBColor;

/// The token of every colour, with its place in the palette.
pub const TOKENS: [(&str, Field); 23] = [
    ("--colour-ink", |palette| &mut palette.ink),
    ("--colour-muted", |palette| &mut palette.muted),
    ("--colour-grid", |palette| &mut palette.grid),
    ("--colour-paper", |palette| &mut palette.paper),
    ("--colour-served", |palette| &mut palette.served.colour),
    ("--colour-cold", |palette| &mut palette.cold.colour),
    ("--colour-throttled", |palette| &mut palette.throttled.colour),
    ("--colour-failed", |palette| &mut palette.failed.colour),
    ("--colour-dropped", |palette| &mut palette.dropped.colour),
    ("--colour-queue", |palette| &mut palette.queue.colour),
    ("--colour-busy", |palette| &mut palette.busy.colour),
    ("--colour-others", |palette| &mut palette.others.colour),
    ("--colour-way-in", |palette| &mut palette.way_in.colour),
    ("--colour-retry", |palette| &mut palette.retry.colour),
    ("--colour-handshake", |palette| &mut palette.handshake.colour),
    ("--colour-dependency", |palette| &mut palette.dependency.colour),
    ("--colour-idle", |palette| &mut palette.idle.colour),
    ("--colour-provisioned", |palette| &mut palette.provisioned.colour),
    ("--colour-money", |palette| &mut palette.money),
    ("--colour-p50", |palette| &mut palette.p50),
    ("--colour-p95", |palette| &mut palette.p95),
    ("--colour-p99", |palette| &mut palette.p99),
    ("--colour-wait-range", |palette| &mut palette.wait_range),
];

impl Palette {
    /// On light paper.
    pub fn light() -> Self {
        Self {
            ink: hex(0x1b_1f_24),
            muted: hex(0x57_60_6a),
            grid: hex(0xe3_e6_ea),
            paper: hex(0xff_ff_ff),
            served: tone(0x2f_7f_c1, Texture::Solid),
            cold: tone(0xf0_a0_30, Texture::Rows),
            throttled: tone(0xc8_32_4f, Texture::Columns),
            failed: tone(0x6f_2a_86, Texture::Dots),
            dropped: tone(0x8b_91_9b, Texture::Rows),
            queue: tone(0xa8_5b_1e, Texture::Dots),
            busy: tone(0x1f_8a_70, Texture::Solid),
            others: tone(0x93_b3_cd, Texture::Columns),
            way_in: tone(0x44_50_5e, Texture::Dots),
            retry: tone(0xd9_78_b8, Texture::Columns),
            handshake: tone(0x8c_8a_12, Texture::Dots),
            dependency: tone(0x4a_55_c4, Texture::Rows),
            idle: tone(0xd9_de_e4, Texture::Dots),
            provisioned: tone(0x8f_73_d6, Texture::Rows),
            money: hex(0x14_70_5a),
            p50: hex(0x9a_82_d8),
            p95: hex(0x75_54_c8),
            p99: hex(0x3c_1a_8c),
            wait_range: hex(0xe9_e4_f6),
        }
    }

    /// On dark paper.
    pub fn dark() -> Self {
        Self {
            ink: hex(0xe8_eb_ef),
            muted: hex(0xa3_ac_b7),
            grid: hex(0x2c_33_3b),
            paper: hex(0x14_18_1d),
            served: tone(0x5b_a8_e6, Texture::Solid),
            cold: tone(0xf5_b2_4d, Texture::Rows),
            throttled: tone(0xee_5d_78, Texture::Columns),
            failed: tone(0xa4_5c_c6, Texture::Dots),
            dropped: tone(0xd3_d9_e0, Texture::Rows),
            queue: tone(0xc4_7a_3c, Texture::Dots),
            busy: tone(0x3d_b8_97, Texture::Solid),
            others: tone(0x4d_72_92, Texture::Columns),
            way_in: tone(0xb4_be_c8, Texture::Dots),
            retry: tone(0xe8_84_c6, Texture::Columns),
            handshake: tone(0xa3_ad_3a, Texture::Dots),
            dependency: tone(0x77_83_ea, Texture::Rows),
            idle: tone(0x3f_48_52, Texture::Dots),
            provisioned: tone(0x9b_84_e0, Texture::Rows),
            money: hex(0x4f_c3_a1),
            p50: hex(0x75_65_b5),
            p95: hex(0xa5_93_ea),
            p99: hex(0xe4_dc_ff),
            wait_range: hex(0x2e_29_47),
        }
    }

    /// The palette whose colours are read token by token; what cannot be read stays as it is.
    pub fn read(mut self, token: impl Fn(&str) -> Option<RGBColor>) -> Self {
        for (name, field) in TOKENS {
            if let Some(read) = token(name) {
                *field(&mut self) = read;
            }
        }
        self
    }
}

fn tone(rgb: u32, texture: Texture) -> Tone {
    Tone { colour: hex(rgb), texture }
}

fn hex(rgb: u32) -> RGBColor {
    let [_, red, green, blue] = rgb.to_be_bytes();
    RGBColor(red, green, blue)
}

/// A colour as style sheets and canvases write it: `#rgb`, `#rrggbb` or `rgb(r, g, b)`.
pub fn colour(text: &str) -> Option<RGBColor> {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix('#') {
        return from_hex(digits);
    }
    let inner = text.strip_prefix("rgba(").or_else(|| text.strip_prefix("rgb("))?.strip_suffix(')')?;
    let mut parts = inner.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let mut part = || number(parts.next()?).map(|value| value.round() as u8);
    Some(RGBColor(part()?, part()?, part()?))
}

fn from_hex(digits: &str) -> Option<RGBColor> {
    let number = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        3 => Some(hex((number & 0xf00) * 0x1100 + (number & 0x0f0) * 0x110 + (number & 0x00f) * 0x11)),
        6 => Some(hex(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_style_sheets_write_them() {
        for (text, expected) in [
            ("#2f7fc1", Some(RGBColor(0x2f, 0x7f, 0xc1))),
            (" #4AF ", Some(RGBColor(0x44, 0xaa, 0xff))),
            ("rgb(1, 2, 3)", Some(RGBColor(1, 2, 3))),
            ("rgb(1 2 3 / 0.5)", Some(RGBColor(1, 2, 3))),
            ("rgba(1,2,3,0.5)", Some(RGBColor(1, 2, 3))),
            ("oklch(0.5 0.1 200)", None),
            ("#12", None),
            ("", None),
        ] {
            assert_eq!(colour(text), expected, "{text}");
        }
    }

    #[test]
    fn every_token_has_a_place_of_its_own() {
        let mut palette = Palette::light();
        for (index, (_, field)) in TOKENS.into_iter().enumerate() {
            *field(&mut palette) = RGBColor(index as u8, 0, 0);
        }
        for (index, (name, field)) in TOKENS.into_iter().enumerate() {
            assert_eq!(*field(&mut palette), RGBColor(index as u8, 0, 0), "{name}");
        }
    }

    #[test]
    fn what_has_no_token_keeps_its_colour() {
        let read = Palette::dark().read(|name| (name == "--colour-ink").then_some(RGBColor(9, 9, 9)));
        assert_eq!((read.ink, read.paper), (RGBColor(9, 9, 9), Palette::dark().paper));
    }
}
