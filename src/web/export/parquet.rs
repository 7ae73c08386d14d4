//! Parquet: one row group, optional columns, instants as UTC milliseconds.

use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::Type;
use jiff::Timestamp;
use serde_json::Value;

use super::{COLUMNS, Column, Kind, Row, SCHEMA, Table, cell};
use crate::web::Trouble;

pub fn write(table: Table, rows: &[Row]) -> Result<Vec<u8>, Trouble> {
    file(table, rows).map_err(|error| {
        tracing::error!(%error, "a Parquet file cannot be written");
        Trouble::Failed
    })
}

fn file(table: Table, rows: &[Row]) -> Result<Vec<u8>> {
    let columns: Vec<&Column> = COLUMNS
        .iter()
        .filter(|column| column.tables.contains(&table))
        .collect();
    let fields = columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<Result<_>>()?;
    let schema = Type::group_type_builder(table.name())
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_created_by(format!("vermerk schema {SCHEMA}"))
        .build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for column in columns {
        if let Some(mut writer) = group.next_column()? {
            fill(&mut writer, column, rows)?;
            writer.close()?;
        }
    }
    group.close()?;
    file.close()?;
    Ok(bytes)
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Moment => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MILLIS)),
        ),
        Kind::Number => (Physical::INT64, None),
        Kind::Flag => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn fill(writer: &mut SerializedColumnWriter<'_>, column: &Column, rows: &[Row]) -> Result<()> {
    let values = rows.iter().map(|row| row.get(column.name));
    match column.kind {
        Kind::Text => {
            let texts =
                values.map(|value| cell(value).map(|text| ByteArray::from(text.into_bytes())));
            let (values, present) = sparse(texts);
            writer
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&present), None)?;
        }
        Kind::Moment => {
            let at =
                |value: &Value| Some(value.as_str()?.parse::<Timestamp>().ok()?.as_millisecond());
            let (values, present) = sparse(values.map(|value| value.and_then(at)));
            writer
                .typed::<Int64Type>()
                .write_batch(&values, Some(&present), None)?;
        }
        Kind::Number => {
            let (values, present) = sparse(values.map(|value| value.and_then(Value::as_i64)));
            writer
                .typed::<Int64Type>()
                .write_batch(&values, Some(&present), None)?;
        }
        Kind::Flag => {
            let (values, present) = sparse(values.map(|value| value.and_then(Value::as_bool)));
            writer
                .typed::<BoolType>()
                .write_batch(&values, Some(&present), None)?;
        }
    }
    Ok(())
}

/// The values that are there, and for each row whether it has one.
fn sparse<T>(values: impl Iterator<Item = Option<T>>) -> (Vec<T>, Vec<i16>) {
    let (mut found, mut present) = (Vec::new(), Vec::new());
    for value in values {
        present.push(i16::from(value.is_some()));
        found.extend(value);
    }
    (found, present)
}
