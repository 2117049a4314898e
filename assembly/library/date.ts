export class Date {
  // Took almost any text for some date, and a time without zone, which is local in JavaScript, for UTC.
  static fromString(text: string): Date {
    const reader = new $DateReader(text);
    const minus = reader.passes(0x2D);
    const year = reader.number(minus || reader.passes(0x2B) ? 6 : 4);
    const month = reader.passes(0x2D) ? reader.number(2) : 1;
    const day = reader.at > 5 && reader.passes(0x2D) ? reader.number(2) : 1;
    let hour = 0, minute = 0, second = 0, millisecond = 0, offset = 0;
    if (reader.passes(0x54)) {
      hour = reader.number(2);
      reader.expects(0x3A);
      minute = reader.number(2);
      if (reader.passes(0x3A)) {
        second = reader.number(2);
        if (reader.passes(0x2E)) millisecond = reader.fraction();
      }
      if (!reader.passes(0x5A)) {
        const west = reader.passes(0x2D);
        if (!west) reader.expects(0x2B);
        const hours = reader.number(2);
        reader.expects(0x3A);
        offset = (hours * 60 + reader.number(2)) * (west ? -1 : 1);
      }
    }
    const late = minute | second | millisecond;
    if (
      reader.at != text.length || (minus && !year) || month < 1 || month > 12 || day < 1 || day > 31 ||
      hour > 24 || (hour == 24 && late) || minute > 59 || second > 59
    ) reader.fail();
    return new Date(epochMillis(minus ? -year : year, month, day, hour, minute - offset, second, millisecond));
  }

  // Multiplied in 32 bits.
  setUTCMilliseconds(millis: i32): void {
    this.setTime(this.epochMillis + (<i64>millis - this.getUTCMilliseconds()));
  }

  setUTCSeconds(seconds: i32): void {
    this.setTime(this.epochMillis + (<i64>seconds - this.getUTCSeconds()) * MILLIS_PER_SECOND);
  }

  setUTCMinutes(minutes: i32): void {
    this.setTime(this.epochMillis + (<i64>minutes - this.getUTCMinutes()) * MILLIS_PER_MINUTE);
  }

  setUTCHours(hours: i32): void {
    this.setTime(this.epochMillis + (<i64>hours - this.getUTCHours()) * MILLIS_PER_HOUR);
  }

  // Left out the day where the month was the same.
  setUTCMonth(month: i32, day: i32 = this.day): void {
    this.setTime(join(this.year, <i64>month + 1, day, this.epochMillis));
  }

  // In JavaScript these tell the local time, and a kernel knows no time zone.
  toString(): string {
    ERROR("A kernel knows no time zone: use toISOString() or toUTCString() of a Date.");
    return "";
  }

  toDateString(): string {
    ERROR("A kernel knows no time zone: use toISOString() or toUTCString() of a Date.");
    return "";
  }

  toTimeString(): string {
    ERROR("A kernel knows no time zone: use toISOString() or toUTCString() of a Date.");
    return "";
  }
}

class $DateReader {
  at: i32 = 0;

  constructor(private text: string) {}

  number(digits: i32): i32 {
    let value = 0;
    for (; digits; digits--) {
      const digit = this.digit();
      if (digit < 0) this.fail();
      value = value * 10 + digit;
    }
    return value;
  }

  /** what stands behind the point, in thousandths */
  fraction(): i32 {
    let value = this.number(1) * 100;
    let unit = 10;
    for (let digit = this.digit(); digit >= 0; digit = this.digit()) {
      value += digit * unit;
      unit /= 10;
    }
    return value;
  }

  passes(code: i32): bool {
    if (this.text.charCodeAt(this.at) != code) return false;
    this.at++;
    return true;
  }

  expects(code: i32): void {
    if (!this.passes(code)) this.fail();
  }

  fail(): void {
    throw new RangeError(`'${this.text}' is not a date such as 2020-01-31 or 2020-01-31T23:59:59.999Z`);
  }

  private digit(): i32 {
    const digit = this.text.charCodeAt(this.at) - 0x30;
    if (<u32>digit > 9) return -1;
    this.at++;
    return digit;
  }
}

function epochMillis(year: i32, month: i64, day: i32, hour: i32, minute: i32, second: i32, milliseconds: i32): i64 {
  const time = ((<i64>hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return $millis(daysSinceEpoch(year, month, day), time);
}

function join(year: i32, month: i64, day: i32, ms: i64): i64 {
  return $millis(daysSinceEpoch(year, month, day), euclidRem<i64>(ms, MILLIS_PER_DAY));
}

// so many days are out of range, whatever the time of the day
function $millis(days: i64, time: i64): i64 {
  return abs(days) > 1000000000 ? i64.MAX_VALUE : days * MILLIS_PER_DAY + time;
}

// Only knew months of the year from 1 to 12.
function daysSinceEpoch(year: i32, month: i64, day: i32): i64 {
  // years that begin in March end with the day that may be there or not
  const months = <i64>year * 12 + month - 3;
  const years = floorDiv<i64>(months, 12);
  const leapDays = floorDiv<i64>(years, 4) - floorDiv<i64>(years, 100) + floorDiv<i64>(years, 400);
  return years * 365 + leapDays + (153 * (months - years * 12) + 2) / 5 + day - 1 - EPOCH_OFFSET;
}
