use burstlab_engine::{
    pricing::{MOST_PRICE, Meter},
    scenario::{Candidate, Doubt},
};
use leptos::prelude::*;
use web_sys::{Event, HtmlDetailsElement, HtmlInputElement};

use super::{Weighing, weighing::Stage};
use crate::{
    editor::knobs,
    session::Session,
    ui::each::{Each, Key, numbered},
    view::{
        compare::{MACHINES, OptionRow, details, typed},
        words,
    },
};

/// Everything that could answer, the cheapest first, and more of the one that is looked at.
#[component]
pub fn Options(weighing: Weighing) -> impl IntoView {
    let keys = Memo::new(move |_| numbered(weighing.told(|told| told.options.len())));
    let row = move |(place, _): Key| view! { <OptionLine weighing place/> }.into_any();
    let is_damaged =
        Memo::new(move |_| weighing.stakes.with(|stakes| stakes.slow_usd.or(stakes.lost_usd).is_some()));
    let is_losing = Memo::new(move |_| weighing.told(|told| told.options.iter().any(loses)));
    view! {
        <div class="options">
            <table class="weighed" class:damaged=is_damaged class:losing=is_losing data-testid="compare-options">
                <caption><Caption weighing/></caption>
                <thead>
                    <tr>
                        <th scope="col">"Option"</th>
                        <th scope="col" class="number size">"Size"</th>
                        <th scope="col" class="number">"A month"</th>
                        <th scope="col" class="number">"1 in 100 waits"</th>
                        <th scope="col" class="number lost">"Unanswered"</th>
                        <th scope="col" class="number damage">"Slow and lost"</th>
                        <th scope="col">"In time"</th>
                    </tr>
                </thead>
                <tbody><Each keys=keys.into() view=row/></tbody>
            </table>
            <Details weighing/>
        </div>
    }
}

/// Whether more than a few of its requests are not answered.
fn loses(option: &Candidate) -> bool {
    option.unanswered > 0.000_5
}

/// How far it is, in a few words.
#[component]
fn Caption(weighing: Weighing) -> impl IntoView {
    let words = move || {
        let at = weighing.told(|told| told.at_work.as_ref().map(|(key, _)| key.clone()));
        let name = at.and_then(|key| weighing.option(&key, |option| option.name.clone()));
        match (weighing.stage.get(), name) {
            (Stage::Waiting, _) => "Estimating by formulas".to_owned(),
            (Stage::Settled, _) => "Simulated; what cannot be is estimated by formulas".to_owned(),
            (Stage::Estimated, None) => "Estimated by formulas".to_owned(),
            (Stage::Estimated, Some(name)) => {
                format!("Estimated by formulas; simulating {name}, {}", percent(weighing.share.get()))
            }
        }
    };
    view! { <span data-testid="compare-standing">{words}</span> }
}

fn percent(share: f64) -> String {
    format!("{} %", words::fixed(100.0 * share, 0))
}

#[component]
fn OptionLine(weighing: Weighing, place: usize) -> impl IntoView {
    let key = Memo::new(move |_| {
        weighing.told(|told| told.options.get(place).map(|option| option.key.clone()).unwrap_or_default())
    });
    let row = Memo::new(move |_| {
        let stakes = weighing.stakes.get();
        weighing.told(|told| {
            told.options
                .get(place)
                .map(|option| OptionRow::of(option, told.requests, &stakes))
                .unwrap_or_default()
        })
    });
    let text = move |read: fn(&OptionRow) -> &str| move || row.with(|row| read(row).to_owned());
    let is_picked = Memo::new(move |_| weighing.picked.with(|picked| picked.as_ref() == Some(&key.get())));
    let pick = move |_| weighing.picked.set((!is_picked.get_untracked()).then(|| key.get_untracked()));
    view! {
        <tr
            data-option=key
            data-settled=move || row.with(|row| row.is_settled).to_string()
            class:best=move || row.with(|row| row.is_best)
            class:holds=move || row.with(|row| row.holds)
            class:picked=is_picked
            class:function=move || key.with(|key| key == "function")
        >
            <th scope="row">
                <button type="button" class="quiet pick" aria-pressed=move || is_picked.get().to_string() on:click=pick>
                    {text(|row| &row.name)}
                </button>
            </th>
            <td class="number size">{text(|row| &row.size)}</td>
            <td class="number money">
                {text(|row| &row.price)}
                <Doubt row/>
                <span class="note">{text(|row| &row.price_note)}</span>
                <span class="spent">{text(|row| &row.spent)}</span>
            </td>
            <td class="number wait">{text(|row| &row.wait)}<span class="note">{text(|row| &row.wait_note)}</span></td>
            <td class="number lost">{text(|row| &row.unanswered)}</td>
            <td class="number damage">{text(|row| &row.damage)}</td>
            <td class="mark">{text(|row| row.verdict)}</td>
        </tr>
    }
}

/// The mark of a price that nobody has seen in the provider's own words.
#[component]
fn Doubt(row: Memo<OptionRow>) -> impl IntoView {
    view! {
        <Show when=move || row.with(|row| !row.is_verified)>
            <abbr class="doubt" title="Unverified: not every price in it was seen in the provider's own words">"?"</abbr>
        </Show>
    }
}

/// More of the option that is looked at: in sentences, its machines, and the prices that are in doubt.
#[component]
fn Details(weighing: Weighing) -> impl IntoView {
    let looked_at = Memo::new(move |_| weighing.looked_at());
    let name = move || looked_at.with(|option| option.as_ref().map(|option| option.name.clone()));
    let sentences = move || {
        let (stakes, requests) = (weighing.stakes.get(), weighing.told(|told| told.requests));
        looked_at.with(|option| option.as_ref().map(|option| details(option, requests, &stakes).join(" ")))
    };
    let doubts = move || {
        looked_at.with(|option| {
            let doubts = option.iter().flat_map(|option| option.doubts.clone());
            doubts.map(|doubt| view! { <Price session=weighing.session doubt/> }).collect_view()
        })
    };
    let is_open = RwSignal::new(false);
    let is_doubted = move || looked_at.with(|option| option.iter().any(|option| !option.doubts.is_empty()));
    let can_choose = Memo::new(move |_| {
        looked_at.with(|option| option.as_ref().is_some_and(|option| option.machines.is_some()))
    });
    view! {
        <div class="looked-at" data-testid="compare-details">
            <p><strong>{name}</strong>" "{sentences}</p>
            <Show when=move || can_choose.get()><Machines weighing looked_at/></Show>
            <Show when=is_doubted>
                <details class="fold doubts" on:toggle=move |event| is_open.set(event_target::<HtmlDetailsElement>(&event).open())>
                    <summary>"Unverified prices"</summary>
                    // Chromium leaves fields without a place that were changed while they were folded away.
                    <Show when=move || is_open.get()>
                        <p>"Nobody has seen these in the provider's own words. If you know better, put your price in their place:"</p>
                        <ul>{doubts}</ul>
                    </Show>
                </details>
            </Show>
        </div>
    }
}

/// How many machines the option has, by hand or as few as hold the target.
#[component]
fn Machines(weighing: Weighing, looked_at: Memo<Option<Candidate>>) -> impl IntoView {
    let key = Memo::new(move |_| {
        looked_at.with(|option| option.as_ref().map(|option| option.key.clone()).unwrap_or_default())
    });
    let machines = Memo::new(move |_| {
        looked_at
            .with(|option| option.as_ref().and_then(|option| option.machines))
            .map(|count| count.to_string())
    });
    let is_by_hand =
        Memo::new(move |_| weighing.by_hand.with(|by_hand| by_hand.iter().any(|(of, _)| *of == key.get())));
    let choose = move |event: Event| match typed(&event_target_value(&event), MACHINES) {
        Some(count) => weighing.choose_machines(&key.get_untracked(), Some(count as u32)),
        None => {
            event_target::<HtmlInputElement>(&event).set_value(&machines.get_untracked().unwrap_or_default())
        }
    };
    let free = move |_| weighing.choose_machines(&key.get_untracked(), None);
    view! {
        <p class="wish">
            <label for="compare-machines">"Machines"</label>
            <input
                type="number" id="compare-machines" min="1" max="20000" step="1"
                prop:value=machines on:change=choose
            />
            <Show when=move || is_by_hand.get()>
                <button type="button" class="quiet" on:click=free>"As few as hold the target"</button>
            </Show>
        </p>
    }
}

/// A price that is in doubt, to be changed.
#[component]
fn Price(session: Session, doubt: Doubt) -> impl IntoView {
    let Doubt { meter, label, usd, per, source, is_own } = doubt;
    let give = move |usd: Option<f64>| {
        if let Some(meter) = Meter::of_key(&meter) {
            session.change(|scenario| scenario.money.prices.set(meter, usd));
        }
    };
    let take_back = give.clone();
    let change = move |event: Event| give(typed(&event_target_value(&event), [0.0, MOST_PRICE]));
    let back = is_own.then(|| {
        view! { <button type="button" class="quiet" on:click=move |_| take_back(None)>"As listed"</button> }
    });
    view! {
        <li>
            <label>
                {label}", $ per "{per}" "
                <input type="number" min="0" step="any" prop:value=knobs::digits(usd) on:change=change/>
            </label>
            " "<span class="source">{source}</span>{back}
        </li>
    }
}
