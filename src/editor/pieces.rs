//! Points and spikes come and go.

use burstlab_engine::{
    traffic::{Curve, MOST_POINTS, Point, Spike, Traffic},
    units::PerSecond,
};

use super::{
    Grip,
    grip::{GAP, GRID, short_hour},
    significant,
};

/// A spike that shows and does not yet overrun a fleet's limits.
const NEW_SPIKE: u32 = 500;
/// A new point may stand so far from where it was wished for, in hours, so that it is not beside itself.
const NEAR: f64 = 0.5;
const DAY: f64 = 24.0;
/// Hours are compared with so much tolerance: they are rounded to four decimals.
const SLIP: f64 = 1e-3;

/// The traffic with one more point, as near to this hour as its neighbours allow, and what was added; none
/// where there is no room.
pub fn with_point_at(traffic: &Traffic, hour: f64, rate: f64) -> Option<(Traffic, Grip)> {
    let mut points = traffic.curve.points().to_vec();
    let hour = free_hour(&hours_of(&points), hour)?;
    points.push(Point { hour, rate: PerSecond(significant(rate, 4)) });
    let curve = Curve::new(points);
    let index = curve.points().iter().position(|point| point.hour == hour)?;
    Some((Traffic { curve, ..traffic.clone() }, Grip::Point(index)))
}

/// The traffic with one more point on its line, after this one where it is one, else in the widest gap.
pub fn with_point_added(traffic: &Traffic, chosen: Option<Grip>) -> Option<(Traffic, Grip)> {
    let hours = hours_of(traffic.curve.points());
    let after = match chosen {
        Some(Grip::Point(index)) => middle_after(&hours, index),
        _ => None,
    };
    let hour = after.or_else(|| widest_middle(&hours))?;
    with_point_at(traffic, hour, traffic.curve.rate_at(hour).0)
}

/// The traffic with one more spike, after this one and as high where it is one, else in the widest gap.
pub fn with_spike_added(traffic: &Traffic, chosen: Option<Grip>) -> Option<(Traffic, Grip)> {
    let hours: Vec<_> = traffic.spikes.iter().map(|spike| spike.hour).collect();
    let after = match chosen {
        Some(Grip::Spike(index)) => {
            middle_after(&hours, index).zip(traffic.spikes.get(index).map(|spike| spike.requests))
        }
        _ => None,
    };
    let (wished, requests) = after.or_else(|| Some((widest_middle(&hours)?, NEW_SPIKE)))?;
    let hour = free_hour(&hours, wished)?;
    let mut traffic = traffic.clone();
    let index = traffic.spikes.partition_point(|spike| spike.hour <= hour);
    traffic.spikes.insert(index, Spike { hour, requests });
    Some((traffic, Grip::Spike(index)))
}

/// The traffic without this point or spike, and its neighbour, if one is left; none where it has to stay.
pub fn without(traffic: &Traffic, grip: Grip) -> Option<(Traffic, Option<Grip>)> {
    if cannot_remove(traffic, Some(grip)).is_some() {
        return None;
    }
    let mut traffic = traffic.clone();
    let neighbour = |index: usize, left: usize| (left > 0).then(|| index.min(left - 1));
    Some(match grip {
        Grip::Spike(index) => {
            traffic.spikes.remove(index);
            let next = neighbour(index, traffic.spikes.len()).map(Grip::Spike);
            (traffic, next)
        }
        Grip::Point(index) | Grip::Segment(index) => {
            let mut points = traffic.curve.points().to_vec();
            points.remove(index);
            let next = neighbour(index, points.len()).map(Grip::Point);
            traffic.curve = Curve::new(points);
            (traffic, next)
        }
        Grip::Whole => return None,
    })
}

/// Why what is chosen cannot be removed; none when it can.
pub fn cannot_remove(traffic: &Traffic, chosen: Option<Grip>) -> Option<&'static str> {
    let points = traffic.curve.points().len();
    match chosen {
        Some(Grip::Point(index)) if index < points && points == 1 => {
            Some("The last point stays: a curve needs one.")
        }
        Some(Grip::Point(index)) if index < points => None,
        Some(Grip::Spike(index)) if index < traffic.spikes.len() => None,
        _ => Some("Choose a point or a spike first."),
    }
}

/// Why no point can be added; none when one can.
pub fn cannot_add_point(traffic: &Traffic) -> Option<String> {
    with_point_added(traffic, None).is_none().then(|| no_room("points", traffic.curve.points().len()))
}

/// Why no spike can be added; none when one can.
pub fn cannot_add_spike(traffic: &Traffic) -> Option<String> {
    with_spike_added(traffic, None).is_none().then(|| no_room("spikes", traffic.spikes.len()))
}

fn no_room(what: &str, count: usize) -> String {
    if count >= MOST_POINTS {
        format!("A day has {MOST_POINTS} {what} at most.")
    } else {
        format!("There is no room for more {what}: they stand a quarter of an hour apart.")
    }
}

fn hours_of(points: &[Point]) -> Vec<f64> {
    points.iter().map(|point| point.hour).collect()
}

/// The place on the grid nearest to the hour wished for that keeps away from all others.
fn free_hour(hours: &[f64], wished: f64) -> Option<f64> {
    if hours.len() >= MOST_POINTS {
        return None;
    }
    let is_free = |hour: &f64| hours.iter().all(|other| (hour - other).abs() > GAP - SLIP);
    let grid = (0..(DAY / GRID).round() as usize).map(|step| short_hour(step as f64 * GRID));
    let distance = |hour: &f64| (hour - wished).abs();
    let nearest = grid.filter(is_free).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.filter(|hour| distance(hour) < NEAR)
}

/// The middle between an hour and the next, over midnight after the last; none where it is too near.
fn middle_after(hours: &[f64], index: usize) -> Option<f64> {
    let from = *hours.get(index)?;
    let to = hours.get(index + 1).copied().or_else(|| hours.first().map(|first| first + DAY))?;
    (to - from > 2.0 * GAP - SLIP).then(|| ((from + to) / 2.0).rem_euclid(DAY))
}

/// The middle of the widest gap of the day, which may lie over midnight; noon of an empty day.
fn widest_middle(hours: &[f64]) -> Option<f64> {
    let gap = |index: usize| hours.get(index + 1).copied().unwrap_or(hours[0] + DAY) - hours[index];
    // Of equal gaps the first: `max_by` would take the last.
    match (0..hours.len()).rev().max_by(|a, b| gap(*a).total_cmp(&gap(*b))) {
        Some(widest) => middle_after(hours, widest),
        None => Some(DAY / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(points: &[f64], spikes: &[f64]) -> Traffic {
        let points = points.iter().map(|&hour| Point { hour, rate: PerSecond(hour + 1.0) }).collect();
        let spikes = spikes.iter().map(|&hour| Spike { hour, requests: 70 }).collect();
        Traffic::new(Curve::new(points), spikes)
    }

    #[test]
    fn a_point_comes_where_it_is_wished_or_as_near_as_its_neighbours_allow() {
        for (points, wished, expected) in [
            (&[6.0, 12.0][..], 9.02, Some(9.0)),
            (&[6.0, 12.0], 6.1, Some(6.25)),
            (&[6.0, 12.0], 5.95, Some(5.75)),
            (&[6.0, 6.25, 6.5], 6.26, Some(6.75)),
            (&[6.0, 6.25, 6.5, 6.75, 7.0, 7.25], 6.6, None),
            (&[6.0], 24.0, Some(23.9167)),
            (&[0.0], 0.0, Some(0.25)),
        ] {
            let added = with_point_at(&traffic(points, &[]), wished, 3.0);
            let hour = added.map(|(traffic, grip)| match grip {
                Grip::Point(index) => traffic.curve.points()[index].hour,
                _ => f64::NAN,
            });
            assert_eq!(hour, expected, "{wished} among {points:?}");
        }
    }

    #[test]
    fn more_come_after_the_chosen_one_or_in_the_widest_gap() {
        let day = traffic(&[2.0, 4.0, 16.0], &[1.0, 2.0, 20.0]);
        for (chosen, point, spike) in [
            (None, 10.0, 11.0),
            (Some(Grip::Point(0)), 3.0, 11.0),
            (Some(Grip::Point(2)), 21.0, 11.0),
            (Some(Grip::Spike(0)), 10.0, 1.5),
            (Some(Grip::Spike(2)), 10.0, 22.5),
            (Some(Grip::Point(99)), 10.0, 11.0),
        ] {
            let (more, grip) = with_point_added(&day, chosen).unwrap();
            let Grip::Point(index) = grip else { panic!("{grip:?}") };
            assert_eq!(more.curve.points()[index].hour, point, "{chosen:?}");
            assert!((more.curve.rate_at(point).0 - day.curve.rate_at(point).0).abs() < 2e-3, "on the line");
            let (more, grip) = with_spike_added(&day, chosen).unwrap();
            let Grip::Spike(index) = grip else { panic!("{grip:?}") };
            assert_eq!(more.spikes[index].hour, spike, "{chosen:?}");
        }
        let (more, _) = with_spike_added(&day, Some(Grip::Spike(0))).unwrap();
        assert_eq!(more.spikes[1].requests, 70, "as high as the one before");
    }

    #[test]
    fn there_is_an_end_to_adding() {
        let mut day = traffic(&[0.0], &[]);
        while let Some((more, _)) = with_point_added(&day, None) {
            day = more;
        }
        let hours = hours_of(day.curve.points());
        assert!((48..=96).contains(&hours.len()), "{}", hours.len());
        assert!(hours.windows(2).all(|pair| pair[1] - pair[0] > GAP - SLIP));
        assert!(cannot_add_point(&day).unwrap().contains("quarter"));
        let crowd: Vec<_> = (0..MOST_POINTS).map(|index| index as f64 * 0.1).collect();
        assert!(cannot_add_spike(&traffic(&[0.0], &crowd)).unwrap().contains("200 spikes"));
        assert_eq!(
            (cannot_add_point(&traffic(&[1.0], &[])), cannot_add_spike(&traffic(&[1.0], &[]))),
            (None, None)
        );
    }

    #[test]
    fn what_is_removed_leaves_its_neighbour_chosen() {
        let day = traffic(&[2.0, 4.0], &[1.0]);
        for (grip, left, next) in [
            (Grip::Point(0), traffic(&[4.0], &[1.0]), Some(Grip::Point(0))),
            (Grip::Point(1), traffic(&[2.0], &[1.0]), Some(Grip::Point(0))),
            (Grip::Spike(0), traffic(&[2.0, 4.0], &[]), None),
        ] {
            assert_eq!(without(&day, grip), Some((left, next)), "{grip:?}");
        }
        for grip in [Grip::Point(9), Grip::Spike(9), Grip::Whole, Grip::Segment(0)] {
            assert_eq!(without(&day, grip), None, "{grip:?}");
        }
    }

    #[test]
    fn the_last_point_stays_and_it_is_said_why() {
        let day = traffic(&[2.0], &[1.0]);
        assert_eq!(without(&day, Grip::Point(0)), None);
        assert!(cannot_remove(&day, Some(Grip::Point(0))).unwrap().contains("last point"));
        assert_eq!(cannot_remove(&day, Some(Grip::Spike(0))), None);
        assert!(cannot_remove(&day, None).is_some() && cannot_remove(&day, Some(Grip::Whole)).is_some());
    }
}
