//! `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3).

/// The longest wait: JavaScript gets it as a number, which is exact up to here (`Number.MAX_SAFE_INTEGER`).
const LONGEST_MS: u64 = (1 << 53) - 1;

/// How long a `Retry-After` header asks to wait, in milliseconds from `unix_ms`, at most 2^53 − 1; `None` where it is not
/// understood. A date in the past asks for no wait.
///
/// ```
/// use shardd_engine::retry_after_ms;
/// assert_eq!(retry_after_ms("2", 0), Some(2_000));
/// assert_eq!(retry_after_ms("Thu, 01 Jan 1970 00:00:09 GMT", 4_000), Some(5_000));
/// assert_eq!(retry_after_ms("soon", 0), None);
/// ```
pub fn retry_after_ms(header: &str, unix_ms: u64) -> Option<u64> {
    let header = header.trim();
    let wait_ms = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too long for u64 is an honest "never".
        header.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1_000)
    } else {
        http_date_unix_s(header)?.saturating_mul(1_000).saturating_sub(unix_ms)
    };
    Some(wait_ms.min(LONGEST_MS))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that HTTP allows to be sent: every part has its place. What is before 1970 is
/// long past all the same.
fn http_date_unix_s(date: &str) -> Option<u64> {
    let number = |from: usize, to: usize, least: u64, most: u64| {
        // A number may have a sign in Rust, but not here.
        let digits = date.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let value = digits.parse::<u64>().ok()?;
        (least..=most).contains(&value).then_some(value)
    };
    let between = [(3, ", "), (7, " "), (11, " "), (16, " "), (19, ":"), (22, ":"), (25, " GMT")];
    if date.len() != 29 || between.iter().any(|(at, part)| date.get(*at..*at + part.len()) != Some(part)) {
        return None;
    }
    let (day, year) = (number(5, 7, 1, 31)?, number(12, 16, 0, 9999)?);
    let (hour, minute, second) = (number(17, 19, 0, 23)?, number(20, 22, 0, 59)?, number(23, 25, 0, 60)?);
    let month = month(date.get(8..11)?)?;
    let days = if year < 1970 { 0 } else { days_before(year, month) + day - 1 };
    Some((days * 24 + hour) * 3_600 + minute * 60 + second)
}

fn month(name: &str) -> Option<u64> {
    let names = "JanFebMarAprMayJunJulAugSepOctNovDec".as_bytes();
    names.chunks(3).position(|each| each == name.as_bytes()).map(|at| at as u64)
}

/// Days from 1970-01-01 to the first of the month (0 is January), proleptic Gregorian. Years that begin in
/// March put the leap day last, so that one division counts the days of the months.
fn days_before(year: u64, month: u64) -> u64 {
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        assert_eq!(retry_after_ms(" 120 ", 0), Some(120_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_000_000), Some(777_000));
        assert_eq!(retry_after_ms("Tue, 29 Feb 2028 00:00:00 GMT", 1_835_308_800_000), Some(86_400_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", u64::MAX), Some(0));
    }

    #[test]
    fn whatever_is_said_is_a_safe_integer() {
        let now_ms = 1_795_319_284_367;
        for (header, wait_ms) in [
            ("0", Some(0)),
            ("000", Some(0)),
            ("0000000000000000000000000000007", Some(7_000)),
            ("9007199254740", Some(9_007_199_254_740_000)),
            ("9007199254741", Some(LONGEST_MS)),
            ("18446744073709551", Some(LONGEST_MS)),
            ("18446744073709551615", Some(LONGEST_MS)),
            ("18446744073709551616", Some(LONGEST_MS)),
            ("99999999999999999999999999999999999999999999", Some(LONGEST_MS)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799_000 - now_ms)),
            ("Fri, 31 Dec 9999 23:59:60 GMT", Some(253_402_300_800_000 - now_ms)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", Some(0)),
            ("Mon, 01 Jan 1900 00:00:00 GMT", Some(0)),
            ("Sat, 01 Jan 0000 00:00:00 GMT", Some(0)),
            ("Sat, 31 Dec 10000 00:00:00 GMT", None),
            ("1e9", None),
            ("1.0", None),
            ("1,000", None),
            ("+5", None),
            ("-5", None),
            ("\u{2212}5", None),
            ("0x10", None),
            ("\u{0665}", None),
            ("5 5", None),
            ("5, 5", None),
            ("5s", None),
            (" ", None),
            ("\t", None),
        ] {
            assert_eq!(retry_after_ms(header, now_ms), wait_ms, "{header}");
            let latest = retry_after_ms(header, u64::MAX);
            assert!(latest.is_none_or(|wait_ms| wait_ms <= LONGEST_MS), "{header}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        for header in [
            "",
            "-1",
            "1.5",
            "soon",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994x08-49 37 GMT",
            "Sün, 06 Nov 1994 08:49:37 GM",
            "Sun, 0 Foo 1 1:1:1 GMT",
            ", ",
        ] {
            assert_eq!(retry_after_ms(header, 0), None, "{header}");
        }
    }
}
