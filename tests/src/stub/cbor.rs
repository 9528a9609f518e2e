//! CloudWatch's CBOR as JSON values. Nothing but times goes beyond JSON.

use minicbor::data::{IanaTag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Number, Value, json};

/// A time for [`encode`], in seconds since the epoch.
pub fn time(seconds: f64) -> Value {
    json!({ TIME: seconds })
}

const TIME: &str = "$time";

/// The bytes of a value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // Writing to memory does not fail.
    let _ = write(&mut encoder, value);
    encoder.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(encoder: &mut Encoder<Vec<u8>>, value: &Value) -> Written {
    match value {
        Value::Null => encoder.null()?,
        Value::Bool(is) => encoder.bool(*is)?,
        Value::Number(number) => match number.as_i64() {
            Some(whole) => encoder.i64(whole)?,
            None => encoder.f64(number.as_f64().unwrap_or_default())?,
        },
        Value::String(text) => encoder.str(text)?,
        Value::Array(items) => {
            encoder.array(items.len() as u64)?;
            return items.iter().try_for_each(|item| write(encoder, item));
        }
        Value::Object(fields) => {
            if let Some(seconds) = fields.get(TIME).and_then(Value::as_f64) {
                encoder.tag(IanaTag::Timestamp)?.f64(seconds)?;
                return Ok(());
            }
            encoder.map(fields.len() as u64)?;
            for (name, field) in fields {
                encoder.str(name)?;
                write(encoder, field)?;
            }
            return Ok(());
        }
    };
    Ok(())
}

/// The value of CBOR bytes; `None` if they are invalid. A time becomes its number.
pub fn decode(bytes: &[u8]) -> Option<Value> {
    read(&mut Decoder::new(bytes))
}

fn read(decoder: &mut Decoder<'_>) -> Option<Value> {
    match decoder.datatype().ok()? {
        Type::Map | Type::MapIndef => {
            let length = decoder.map().ok()?;
            let mut fields = Map::new();
            while more(decoder, length, fields.len())? {
                let name = decoder.str().ok()?.to_owned();
                fields.insert(name, read(decoder)?);
            }
            Some(Value::Object(fields))
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().ok()?;
            let mut items = Vec::new();
            while more(decoder, length, items.len())? {
                items.push(read(decoder)?);
            }
            Some(Value::Array(items))
        }
        Type::Tag => {
            decoder.tag().ok()?;
            read(decoder)
        }
        Type::String => decoder.str().ok().map(Value::from),
        Type::Bool => decoder.bool().ok().map(Value::from),
        Type::F32 => decoder.f32().ok().and_then(|n| Number::from_f64(n.into())).map(Value::from),
        Type::F64 => decoder.f64().ok().and_then(Number::from_f64).map(Value::from),
        Type::Null => decoder.null().ok().map(|()| Value::Null),
        _ => decoder.i64().ok().map(Value::from),
    }
}

/// Whether a list has more items; consumes its end.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, have: usize) -> Option<bool> {
    match length {
        Some(length) => Some((have as u64) < length),
        None if decoder.datatype().ok()? == Type::Break => {
            decoder.skip().ok()?;
            Some(false)
        }
        None => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_value_is_decoded_unchanged() {
        let value = json!({"a": [1, -2, 2.5, true, null], "b": {"c": "d"}, "at": time(1.5)});
        let expected = json!({"a": [1, -2, 2.5, true, null], "b": {"c": "d"}, "at": 1.5});
        assert_eq!(decode(&encode(&value)), Some(expected));
        // A map without a length.
        assert_eq!(decode(&[0xbf, 0x61, b'a', 0x01, 0xff]), Some(json!({"a": 1})));
        assert_eq!(decode(&[]), None);
    }
}
