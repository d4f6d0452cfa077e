/// Puts things in ascending order of a number; equals stay in the order that they had.
///
/// `sort_by` of the standard library is compiled anew for each type and order, 4 KB each time. Here the numbers are
/// sorted apart from the things, by one sort for all.
pub fn sort_by_number<T>(things: &mut Vec<T>, number: impl Fn(&T) -> f64) {
    let order = ascending(things.iter().map(number).collect());
    let mut taken: Vec<_> = things.drain(..).map(Some).collect();
    things.extend(order.into_iter().filter_map(|(_, place)| taken[place].take()));
}

fn ascending(numbers: Vec<f64>) -> Vec<(f64, usize)> {
    let mut order: Vec<_> = numbers.into_iter().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_in_the_order_of_their_number_and_equals_as_they_were() {
        let mut things: Vec<(f64, usize)> =
            (0..1_000).map(|place| (((place * 7) % 10) as f64, place)).collect();
        let mut expected = things.clone();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0));
        sort_by_number(&mut things, |thing| thing.0);
        assert_eq!(things, expected);
        sort_by_number(&mut things, |thing| -thing.0);
        expected.sort_by(|a, b| b.0.total_cmp(&a.0));
        assert_eq!(things, expected);
    }
}
