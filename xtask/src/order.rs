//! The functions of a WebAssembly module in the order in which they pack best.
//!
//! What packs a file looks back over a window, Deflate over 32 KiB. A compiler leaves functions as they came; here those that are
//! alike stand beside each other, so that more of each has been seen when its turn comes.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// The length of the pieces by which functions are compared, in bytes.
const PIECE: usize = 6;

/// A piece that is in as many functions says nothing of any.
const COMMON: usize = 200;

/// Added to the number of a function's pieces, so that short functions do not always come first.
const WEIGHT: usize = 200;

/// The same module with its functions in another order.
///
/// # Errors
/// It is no module.
pub(crate) fn ordered(module: &[u8]) -> Result<Vec<u8>> {
    let (imported, bodies) = functions(module).context("reading a module")?;
    let order = order(&bodies);
    let mut places = vec![0; order.len()];
    for (place, &function) in order.iter().enumerate() {
        if let Some(known) = places.get_mut(function) {
            *known = place;
        }
    }
    let mut ordered = Module::new();
    let mut ordering = Ordering { imported, order, places };
    ordering.parse_core_module(&mut ordered, Parser::new(0), module).context("ordering its functions")?;
    Ok(ordered.finish())
}

/// How many functions are imported, and the code of the others.
fn functions(module: &[u8]) -> Result<(usize, Vec<&[u8]>)> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for part in Parser::new(0).parse_all(module) {
        match part? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    Ok((imported, bodies))
}

/// Each after the one that it is most alike.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> = bodies.iter().map(|body| body.windows(PIECE).collect()).collect();
    let mut holders = BTreeMap::<&[u8], Vec<usize>>::new();
    for (function, pieces) in pieces.iter().enumerate() {
        pieces.iter().for_each(|piece| holders.entry(piece).or_default().push(function));
    }
    holders.retain(|_, functions| functions.len() < COMMON);
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = left.first().copied();
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut shared = BTreeMap::<usize, usize>::new();
        for piece in pieces.get(function).into_iter().flatten() {
            let others = holders.get(piece).into_iter().flatten().filter(|other| left.contains(other));
            others.for_each(|other| *shared.entry(*other).or_default() += 1);
        }
        let length = |other: &usize| pieces.get(*other).map_or(0, BTreeSet::len) + WEIGHT;
        // Which of two is more alike, in whole numbers: the first of equals on every machine.
        let nearest = shared
            .iter()
            .reduce(|best, one| if one.1 * length(best.0) > best.1 * length(one.0) { one } else { best });
        next = nearest.map(|(other, _)| *other).or_else(|| left.first().copied());
    }
    order
}

/// Writes a module's functions in an order, and names each by its place there.
struct Ordering {
    imported: usize,
    /// By place: which function.
    order: Vec<usize>,
    /// By function: its place.
    places: Vec<usize>,
}

impl Ordering {
    /// The parts of a section, one for each function, in the order.
    fn arranged<T: Clone>(&self, parts: wasmparser::Result<Vec<T>>) -> Result<Vec<T>, Error> {
        let parts = parts?;
        Ok(self.order.iter().filter_map(|function| parts.get(*function).cloned()).collect())
    }
}

impl Reencode for Ordering {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let own = usize::try_from(index).ok().and_then(|index| index.checked_sub(self.imported));
        let place = own.and_then(|own| self.places.get(own)).map(|place| place + self.imported);
        Ok(place.and_then(|place| u32::try_from(place).ok()).unwrap_or(index))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for kind in self.arranged(section.into_iter().collect())? {
            functions.function(self.type_index(kind)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        for body in self.arranged(section.into_iter().collect())? {
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ExportKind, ExportSection, Function, FunctionSection, ImportSection, Instruction, TypeSection,
    };

    /// A module with an imported function and three of its own, each exported by its name: the first calls the second, and the
    /// third is like the first.
    fn sample() -> Vec<u8> {
        let body = |constants: &[i32], call: u32| {
            let mut body = Function::new([]);
            for constant in constants {
                body.instruction(&Instruction::I32Const(*constant)).instruction(&Instruction::Drop);
            }
            body.instruction(&Instruction::Call(call)).instruction(&Instruction::End);
            body
        };
        let bodies =
            [body(&[1000, 2000, 3000], 2), body(&[70_000, 80_000], 0), body(&[1000, 2000, 3000, 4000], 0)];
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], []);
        imports.import("host", "told", wasm_encoder::EntityType::Function(0));
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        for (at, (name, body)) in (1..).zip(["first", "second", "third"].iter().zip(bodies)) {
            functions.function(0);
            exports.export(name, ExportKind::Func, at);
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    /// By name: the place of the function, and its instructions with the functions that it calls by name.
    fn told(module: &[u8]) -> BTreeMap<String, (u32, String)> {
        let mut names = BTreeMap::from([(0, "told".to_owned())]);
        let mut bodies = Vec::new();
        for part in Parser::new(0).parse_all(module) {
            match part.expect("a module") {
                Payload::ExportSection(exports) => {
                    names.extend(exports.into_iter().flatten().map(|one| (one.index, one.name.to_owned())));
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let said = |body: &wasmparser::FunctionBody<'_>| {
            let all = body.get_operators_reader().expect("code").into_iter().flatten();
            all.map(|one| match one {
                wasmparser::Operator::Call { function_index } => format!("call {}\n", names[&function_index]),
                other => format!("{other:?}\n"),
            })
            .collect()
        };
        (1..).zip(&bodies).map(|(at, body)| (names[&at].clone(), (at, said(body)))).collect()
    }

    #[test]
    fn functions_that_are_alike_stand_beside_each_other_and_are_called_as_before() {
        let (before, after) = (told(&sample()), told(&ordered(&sample()).expect("a module")));
        let places =
            |told: &BTreeMap<String, (u32, String)>| ["first", "third", "second"].map(|name| told[name].0);
        assert_eq!((places(&before), places(&after)), ([1, 3, 2], [1, 2, 3]));
        let code = |told: BTreeMap<String, (u32, String)>| {
            told.into_iter().map(|(name, (_, code))| (name, code)).collect::<Vec<_>>()
        };
        assert_eq!(code(before), code(after));
    }

    #[test]
    fn the_order_is_the_same_each_time_and_stays() {
        let once = ordered(&sample()).expect("a module");
        assert_eq!(ordered(&sample()).expect("a module"), once);
        assert_eq!(ordered(&once).expect("a module"), once);
    }
}
