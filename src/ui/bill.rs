use burstlab_engine::pricing::BillLine;
use leptos::prelude::*;

use crate::{session::Session, view::words};

/// The arithmetic behind the price: quantity × rate, line by line.
#[component]
pub fn BillTable(session: Session) -> impl IntoView {
    let rows = move || session.outcome.with(|outcome| outcome.bill.lines.iter().map(row).collect_view());
    let total = move || session.outcome.with(|outcome| dollars(outcome.bill.total.0));
    view! {
        <details class="fold bill">
            <summary>"The bill, line by line"</summary>
            <div class="scroll" role="region" aria-label="Bill" tabindex="0">
                <table>
                    <caption>"A month of such days"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"For"</th>
                            <th scope="col">"Quantity × rate"</th>
                            <th scope="col" class="number">"Dollars"</th>
                            <th scope="col">"Source"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="2">"Together"</th>
                            <td class="number">{total}</td>
                            <td></td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </details>
    }
}

fn row(line: &BillLine) -> impl IntoView + use<> {
    let quantity = format!("{} {} × {}", words::number(line.quantity), line.unit, line.rate);
    view! {
        <tr>
            <th scope="row">{line.label.clone()}</th>
            <td>{quantity}</td>
            <td class="number">{dollars(line.cost.0)}</td>
            <td class="source">{format!("{}, seen {}", line.source, line.as_of)}</td>
        </tr>
    }
}

fn dollars(amount: f64) -> String {
    format!("${amount:.2}")
}
