use burstlab_engine::scenario::{NotByWarmth, WarmCopies, plain_usd};

/// How many copies to keep warm so that 99 in 100 are answered within a time, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarmthView {
    /// What has to be done for it, after the time is named.
    pub answer: String,
    /// The number of copies to go over to, where it is another one.
    pub copies: Option<u32>,
}

/// Seconds that can be asked for.
pub const TARGETS_S: [f64; 2] = [0.01, 900.0];
/// Seconds asked for at first.
pub const FIRST_TARGET_S: f64 = 1.0;

impl WarmthView {
    /// The view of what was found, while so many are kept.
    pub fn of(found: Result<WarmCopies, NotByWarmth>, kept: u32) -> Self {
        match found {
            Ok(warm) => Self {
                answer: sentence(&warm, kept),
                copies: Some(warm.copies).filter(|&copies| copies != kept),
            },
            Err(why) => {
                let answer = format!("copies kept warm cannot do it, because {}.", why.words());
                Self { answer, copies: None }
            }
        }
    }

    /// What the button says that goes over to them.
    pub fn offer(&self) -> String {
        match self.copies {
            None => String::new(),
            Some(0) => "Keep none".to_owned(),
            Some(copies) => format!("Keep {copies}"),
        }
    }
}

fn sentence(warm: &WarmCopies, kept: u32) -> String {
    let price = format!("about {} a month", plain_usd(warm.usd));
    match warm.copies {
        0 => format!("no copy has to be kept warm, {price}."),
        copies if copies == kept => format!("about as many as are kept warm now, {price}."),
        1 => format!("keep about 1 copy warm, {price}."),
        copies => format!("keep about {copies} copies warm, {price}."),
    }
}

/// The seconds that a person typed; none where they are no number that can be asked for.
pub fn target_s(text: &str) -> Option<f64> {
    let [least, most] = TARGETS_S;
    text.trim().parse().ok().filter(|seconds| (least..=most).contains(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(copies: u32) -> Result<WarmCopies, NotByWarmth> {
        Ok(WarmCopies { copies, p99_s: 0.9, usd: 204.3 })
    }

    #[test]
    fn what_has_to_be_kept_is_said_and_offered_where_it_is_another_number() {
        for (found, kept, answer, offer) in [
            (found(37), 0, "keep about 37 copies warm, about $204 a month.", "Keep 37"),
            (found(1), 0, "keep about 1 copy warm, about $204 a month.", "Keep 1"),
            (found(0), 5, "no copy has to be kept warm, about $204 a month.", "Keep none"),
            (found(0), 0, "no copy has to be kept warm, about $204 a month.", ""),
            (found(5), 5, "about as many as are kept warm now, about $204 a month.", ""),
            (
                Err(NotByWarmth::Work),
                5,
                "copies kept warm cannot do it, because the work itself takes longer.",
                "",
            ),
        ] {
            let view = WarmthView::of(found, kept);
            assert_eq!((view.answer.as_str(), view.offer().as_str()), (answer, offer));
        }
    }

    #[test]
    fn only_times_that_can_be_asked_for_are_taken() {
        for (text, expected) in
            [("1", Some(1.0)), (" 0.25 ", Some(0.25)), ("0", None), ("1000", None), ("", None), ("NaN", None)]
        {
            assert_eq!(target_s(text), expected, "{text:?}");
        }
    }
}
