use burstlab_engine::{pricing::Meter, units::number};
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use super::fold::Fold;
use crate::{
    session::Session,
    view::{PriceRow, open_prices},
};

/// The prices of the bill that nobody has verified, each with a field for a better one.
#[component]
pub fn Prices(session: Session) -> impl IntoView {
    view! { <Fold class="prices" title="Prices that nobody has verified"><Rows session/></Fold> }
}

#[component]
fn Rows(session: Session) -> impl IntoView {
    let open = Memo::new(move |_| {
        session.outcome.with(|outcome| session.scenario.with(|scenario| open_prices(outcome, scenario)))
    });
    let none = move || open.with(Vec::is_empty);
    let rows = move || open.get().into_iter().map(|meter| view! { <Row session meter/> }).collect_view();
    view! {
        <Show when=none><p class="help">"Every price of this bill was seen in the provider's own words."</p></Show>
        {rows}
    }
}

/// One price. What is typed holds for all tiers; an empty field takes it back.
#[component]
fn Row(session: Session, meter: Meter) -> impl IntoView {
    let row = Memo::new(move |_| session.scenario.with(|scenario| PriceRow::of(meter, scenario)));
    let PriceRow { label, unit, .. } = row.get_untracked();
    let id = format!("price-{}", meter.key());
    let set = move |event: Event| {
        let usd = number(&event_target_value(&event)).filter(|usd| *usd >= 0.0);
        session.change(|scenario| scenario.money.prices.set(meter, usd));
        event_target::<HtmlInputElement>(&event).set_value(&row.get_untracked().usd.to_string());
    };
    let note = move || if row.with(|row| row.is_own) { "your price" } else { "not verified" };
    view! {
        <p class="price">
            <label for=id.clone()>{label}</label>
            <input
                type="number"
                id=id
                min="0"
                step="any"
                prop:value=move || row.with(|row| row.usd).to_string()
                on:change=set
            />
            <span class="help">{unit} ", " {note}</span>
        </p>
    }
}
