//! Cuts a WebAssembly module in two: what a page needs at once, and what may come later.
//!
//! The second part is what the entries reach and nothing else does. Both parts share memory and
//! function table: the second imports what it uses of the first, and writes its functions into
//! places of the table that hold a waker until then, which has the second part fetched and calls
//! again. So no caller knows of the cut. Knows nothing of hnet; start at [`split`].

use std::collections::{BTreeMap, BTreeSet};

use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind,
    ImportedFunction, LocalFunction, Module, ModuleConfig, TableId, TypeId,
};

/// The name under which the second part asks for what the first exports.
const FIRST: &str = "first";

/// Where to cut.
#[derive(Debug, Clone, Copy)]
pub struct Seam<'a> {
    /// The functions through which the first part calls the second, by path.
    pub entries: &'a [&'a str],
    /// The paths of crates and modules whose functions may move although they are called through
    /// pointers. If the first part does call one, the second is fetched.
    pub owners: &'a [&'a str],
    /// The exported function that puts the second part in place before it returns.
    pub loader: &'a str,
}

/// Both parts of a module.
#[derive(Debug)]
pub struct Parts {
    /// Works alone, and calls the loader when it needs more.
    pub first: Vec<u8>,
    /// Is instantiated with the exports of the first.
    pub second: Vec<u8>,
}

/// Cuts a module whose functions have the names that the compiler gave them.
///
/// # Errors
/// When the module is none, or has no function table of a known size; when an entry or the loader is
/// not in it.
pub fn split(module: &[u8], seam: Seam<'_>) -> Result<Parts, String> {
    // Ids follow from the bytes, so a function has the same number in both.
    let (mut first, mut second) = (parse(module)?, parse(module)?);
    let cut = Cut::new(&first, seam)?;
    cut.leave(&mut first)?;
    cut.take(&mut second)?;
    Ok(Parts { first: first.emit_wasm(), second: second.emit_wasm() })
}

fn parse(module: &[u8]) -> Result<Module, String> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    config.parse(module).map_err(|error| format!("no module: {error:#}"))
}

/// A path as it stands in a mangled name: each part behind its length.
fn mangled(path: &str) -> String {
    path.split("::").map(|part| format!("{}{part}", part.len())).collect()
}

/// What a function uses.
#[derive(Default)]
struct Uses {
    functions: BTreeSet<FunctionId>,
    globals: BTreeSet<GlobalId>,
}

impl Uses {
    fn add(&mut self, function: &LocalFunction) {
        dfs_in_order(self, function, function.entry_block());
    }
}

impl<'instr> Visitor<'instr> for Uses {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.insert(*function);
    }

    fn visit_global_id(&mut self, global: &GlobalId) {
        self.globals.insert(*global);
    }
}

/// What moves into the second part, by the numbers of functions and globals.
struct Cut {
    /// By places of the table: those that have one, and behind them the entries.
    places: BTreeMap<i32, usize>,
    entries: BTreeSet<usize>,
    /// How large the table is with the entries' places.
    size: u64,
    loader: usize,
    /// What the second part uses of the first.
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
}

impl Cut {
    fn new(module: &Module, seam: Seam<'_>) -> Result<Cut, String> {
        let name = |id: FunctionId| module.funcs.get(id).name.as_deref().unwrap_or_default();
        let mut uses = BTreeMap::new();
        for (id, function) in module.funcs.iter_local() {
            let of_function: &mut Uses = uses.entry(id).or_default();
            of_function.add(function);
        }
        let mut entries = BTreeSet::new();
        for path in seam.entries {
            // The compiler ends a name with a hash, 17 characters long.
            let end = mangled(path) + "17h";
            let entry = uses.keys().find(|id| name(**id).contains(&end));
            entries.insert(*entry.ok_or_else(|| format!("the module has no function `{path}`"))?);
        }
        let exported = |export: &walrus::Export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        };
        let loader = module.exports.iter().find(|export| export.name == seam.loader).and_then(exported);
        let loader = loader.ok_or_else(|| format!("the module exports no function `{}`", seam.loader))?;

        let places = places(module)?;
        let owners: Vec<String> = seam.owners.iter().map(|owner| mangled(owner)).collect();
        let is_owned = |id: &FunctionId| owners.iter().any(|owner| name(*id).contains(owner));
        let pointed = places.values().copied().filter(|id| !is_owned(id));
        let outside = module.exports.iter().filter_map(exported).chain(module.start);
        // What cannot move, and with it all that it calls, up to the entries.
        let mut staying: BTreeSet<FunctionId> = pointed.chain(outside).collect();
        let mut open: Vec<FunctionId> = staying.iter().copied().collect();
        // An imported function calls nothing that is known.
        while let Some(of_function) = open.pop().map(|id| uses.get(&id)) {
            let callees = of_function.into_iter().flat_map(|uses| &uses.functions);
            open.extend(callees.filter(|callee| !entries.contains(callee) && staying.insert(**callee)));
        }
        if let Some(entry) = entries.intersection(&staying).next() {
            return Err(format!("`{}` is called through a pointer", name(*entry)));
        }
        uses.retain(|id, _| !staying.contains(id));
        let mut shared = Uses::default();
        for of_function in uses.values() {
            shared.functions.extend(of_function.functions.iter().filter(|id| !uses.contains_key(id)));
            shared.globals.extend(&of_function.globals);
        }
        let table = module.tables.get(table_of(module)?);
        let room = i32::try_from(table.initial).map_err(|_| "the function table is too large".to_owned())?;
        let pointed = places.into_iter().filter(|(_, id)| uses.contains_key(id));
        Ok(Cut {
            size: table.initial + entries.len() as u64,
            places: pointed.chain((room..).zip(entries.iter().copied())).map(|(at, id)| (at, id.index())).collect(),
            entries: entries.iter().map(FunctionId::index).collect(),
            loader: loader.index(),
            functions: shared.functions.iter().map(FunctionId::index).collect(),
            globals: shared.globals.iter().map(GlobalId::index).collect(),
        })
    }

    /// Makes a module the first part.
    fn leave(&self, module: &mut Module) -> Result<(), String> {
        let table = table_of(module)?;
        let functions = functions(module);
        let mut places = places(module)?;
        for (place, index) in &self.places {
            let id = functions[index];
            let ty = module.funcs.get(id).ty();
            let waker = call_through(module, ty, table, *place, Some(functions[&self.loader]));
            places.insert(*place, module.funcs.add_local(waker));
            if self.entries.contains(index) {
                module.funcs.get_mut(id).kind = FunctionKind::Local(call_through(module, ty, table, *place, None));
            }
        }
        fill(module, table, &places);
        self.grow(module, table);
        for (name, item) in self.shared(module)? {
            module.exports.add(&name, item);
        }
        finish(module);
        Ok(())
    }

    /// Makes a module the second part.
    fn take(&self, module: &mut Module) -> Result<(), String> {
        let table = table_of(module)?;
        let functions = functions(module);
        let own = self.places.iter().map(|(place, index)| (*place, functions[index])).collect();
        let shared = self.shared(module)?;
        // The first part has done what a module does when it starts.
        module.start = None;
        let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
        exports.into_iter().for_each(|id| module.exports.delete(id));
        let datas: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
        datas.into_iter().for_each(|id| module.data.delete(id));
        module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
        for (name, item) in shared {
            match item {
                ExportItem::Function(id) => {
                    let function = module.funcs.get(id);
                    let ty = function.ty();
                    // A function of the host comes from the first part as well.
                    if let FunctionKind::Import(of_host) = &function.kind {
                        module.imports.delete(of_host.import);
                    }
                    let import = module.imports.add(FIRST, &name, id);
                    module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
                }
                ExportItem::Global(id) => {
                    module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add(FIRST, &name, id));
                }
                ExportItem::Memory(id) => {
                    module.memories.get_mut(id).import = Some(module.imports.add(FIRST, &name, id));
                }
                ExportItem::Table(id) => {
                    module.tables.get_mut(id).import = Some(module.imports.add(FIRST, &name, id));
                }
                ExportItem::Tag(_) => {}
            }
        }
        self.grow(module, table);
        fill(module, table, &own);
        finish(module);
        Ok(())
    }

    /// Makes room in the table for the entries.
    fn grow(&self, module: &mut Module, table: TableId) {
        let table = module.tables.get_mut(table);
        table.initial = self.size;
        table.maximum = table.maximum.map(|maximum| maximum.max(self.size));
    }

    /// What the parts share, under the names by which they do.
    fn shared(&self, module: &Module) -> Result<Vec<(String, ExportItem)>, String> {
        let memory = module.get_memory_id().map_err(|error| format!("{error:#}"))?;
        let mut shared =
            vec![("second.m".to_owned(), memory.into()), ("second.t".to_owned(), table_of(module)?.into())];
        let globals = module.globals.iter().map(walrus::Global::id).filter(|id| self.globals.contains(&id.index()));
        shared.extend(globals.map(|id| (format!("second.g{}", id.index()), id.into())));
        let functions = module.funcs.iter().map(walrus::Function::id).filter(|id| self.functions.contains(&id.index()));
        shared.extend(functions.map(|id| (format!("second.f{}", id.index()), id.into())));
        Ok(shared)
    }
}

fn table_of(module: &Module) -> Result<TableId, String> {
    let table = module.tables.main_function_table().map_err(|error| format!("{error:#}"))?;
    table.ok_or_else(|| "the module has no function table".to_owned())
}

fn functions(module: &Module) -> BTreeMap<usize, FunctionId> {
    module.funcs.iter().map(|function| (function.id().index(), function.id())).collect()
}

/// The functions of the table, by place.
fn places(module: &Module) -> Result<BTreeMap<i32, FunctionId>, String> {
    let mut places = BTreeMap::new();
    for element in module.elements.iter() {
        let (ElementKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. }, ElementItems::Functions(items)) =
            (&element.kind, &element.items)
        else {
            return Err("the function table is not filled with functions from a known place on".to_owned());
        };
        places.extend((*start..).zip(items.iter().copied()));
    }
    Ok(places)
}

/// Fills the table with these functions, and with no others.
fn fill(module: &mut Module, table: TableId, places: &BTreeMap<i32, FunctionId>) {
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|id| module.elements.delete(id));
    module.tables.get_mut(table).elem_segments.clear();
    let places: Vec<_> = places.iter().collect();
    for run in places.chunk_by(|(place, _), (next, _)| **place + 1 == **next) {
        let offset = ConstExpr::Value(Value::I32(*run[0].0));
        let items = ElementItems::Functions(run.iter().map(|(_, id)| **id).collect());
        let element = module.elements.add(ElementKind::Active { table, offset }, items);
        module.tables.get_mut(table).elem_segments.insert(element);
    }
}

/// A function that calls what stands at a place of the table, after `loader` where there is one.
fn call_through(
    module: &mut Module,
    ty: TypeId,
    table: TableId,
    place: i32,
    loader: Option<FunctionId>,
) -> LocalFunction {
    let (parameters, results) = module.types.params_results(ty);
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let locals: Vec<_> = parameters.iter().map(|parameter| module.locals.add(*parameter)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    let mut body = builder.func_body();
    if let Some(loader) = loader {
        body.call(loader);
    }
    for local in &locals {
        body.local_get(*local);
    }
    body.i32_const(place).call_indirect(ty, table);
    builder.local_func(locals)
}

/// Drops what nothing uses any more, and what other tools noted about the whole module.
fn finish(module: &mut Module) {
    let notes: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    notes.into_iter().for_each(|id| drop(module.customs.delete(id)));
    walrus::passes::gc::run(module);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use walrus::{ConstExpr, FunctionBuilder, FunctionId, ImportKind, Module, RefType, ValType};

    use super::{ExportItem, FIRST, Seam, fill, parse, split};

    const SEAM: Seam<'_> = Seam { entries: &["some::entry"], owners: &["late"], loader: "load" };

    /// A module in which `run` calls an entry, the entry a helper and what `run` calls too, the helper a
    /// function of the host, and the table holds a function of either side.
    fn module() -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let pages = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(walrus::ir::Value::I32(1)));
        let table = module.tables.add_local(false, 3, Some(3), RefType::FUNCREF);
        let data = walrus::DataKind::Active { memory, offset: ConstExpr::Value(walrus::ir::Value::I32(0)) };
        module.data.add(data, b"text".to_vec());
        let nothing = module.types.add(&[], &[]);
        let (host, _) = module.add_import_func("host", "says", nothing);
        let add = |module: &mut Module, name: &str, callees: &[FunctionId]| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            builder.name(name.to_owned());
            let mut body = builder.func_body();
            for callee in callees {
                body.call(*callee);
            }
            body.global_get(pages).drop();
            builder.finish(Vec::new(), &mut module.funcs)
        };
        let shared = add(&mut module, "_ZN4some6shared17h0123456789abcdefE", &[]);
        let helper = add(&mut module, "_ZN4some6helper17h0123456789abcdefE", &[shared, host]);
        let entry = add(&mut module, "_ZN4some5entry17h0123456789abcdefE", &[helper, shared]);
        let run = add(&mut module, "run", &[entry, shared]);
        let load = add(&mut module, "load", &[]);
        let late = add(&mut module, "_ZN4late4emit17h0123456789abcdefE", &[]);
        let early = add(&mut module, "_ZN5early4emit17h0123456789abcdefE", &[]);
        module.exports.add("memory", memory);
        module.exports.add("run", run);
        module.exports.add("load", load);
        fill(&mut module, table, &[(1, late), (2, early)].into());
        module.emit_wasm()
    }

    fn functions(module: &Module) -> usize {
        module.funcs.iter_local().count()
    }

    #[test]
    fn the_second_part_has_what_only_the_entry_reaches() {
        let parts = split(&module(), SEAM).unwrap();
        let (first, second) = (parse(&parts.first).unwrap(), parse(&parts.second).unwrap());
        // The entry, its helper, and what the table holds of `late`.
        assert_eq!(functions(&second), 3);
        // `shared`, `run`, `load`, `early`; the call through the table in place of the entry; two wakers.
        assert_eq!(functions(&first), 7);
        assert_eq!(super::places(&second).unwrap().keys().copied().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(super::places(&first).unwrap().keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(second.exports.iter().count(), 0);
        assert_eq!((first.data.iter().count(), second.data.iter().count()), (1, 0));
    }

    #[test]
    fn the_first_part_exports_all_that_the_second_imports() {
        let parts = split(&module(), SEAM).unwrap();
        let (first, second) = (parse(&parts.first).unwrap(), parse(&parts.second).unwrap());
        let exported = first.exports.iter().map(|export| match export.item {
            ExportItem::Function(_) => (export.name.clone(), "function"),
            ExportItem::Table(_) => (export.name.clone(), "table"),
            ExportItem::Memory(_) => (export.name.clone(), "memory"),
            ExportItem::Global(_) => (export.name.clone(), "global"),
            ExportItem::Tag(_) => (export.name.clone(), "tag"),
        });
        let exported: BTreeSet<_> = exported.collect();
        let mut kinds = BTreeSet::new();
        for import in second.imports.iter() {
            let kind = match import.kind {
                ImportKind::Function(_) => "function",
                ImportKind::Table(_) => "table",
                ImportKind::Memory(_) => "memory",
                ImportKind::Global(_) => "global",
                ImportKind::Tag(_) => "tag",
            };
            assert_eq!(import.module, FIRST);
            assert!(exported.contains(&(import.name.clone(), kind)), "{}", import.name);
            kinds.insert(kind);
        }
        assert_eq!(kinds, BTreeSet::from(["function", "global", "table"]));
    }

    #[test]
    fn what_is_not_in_the_module_is_said() {
        let lacks = |seam| split(&module(), seam).unwrap_err();
        assert_eq!(lacks(Seam { entries: &["some::other"], ..SEAM }), "the module has no function `some::other`");
        assert_eq!(lacks(Seam { loader: "fetch", ..SEAM }), "the module exports no function `fetch`");
        assert!(split(b"no module", SEAM).unwrap_err().starts_with("no module: "));
        let pointed = Seam { entries: &["early::emit"], ..SEAM };
        assert_eq!(lacks(pointed), "`_ZN5early4emit17h0123456789abcdefE` is called through a pointer");
    }
}
