//! As much of HTML as our pages have.

/// The fields of the form that goes to `action`, with what is in them.
pub(crate) fn form_of(page: &str, action: &str) -> Option<Vec<(String, String)>> {
    let form = page.split("<form ").skip(1).find(|form| {
        let head = form.split('>').next().unwrap_or_default();
        unescaped(attribute(head, "action").unwrap_or_default()) == action
    })?;
    let form = form.split("</form>").next()?;
    let mut fields = Vec::new();
    for tag in form.split("<input ").skip(1).map(|tag| tag.split('>').next().unwrap_or_default()) {
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or("text");
        let is_choice = matches!(kind, "radio" | "checkbox");
        if !is_choice || tag.contains(" checked") {
            fields.push((name.to_owned(), unescaped(attribute(tag, "value").unwrap_or_default())));
        }
    }
    for tag in form.split("<textarea ").skip(1) {
        let (head, rest) = tag.split_once('>')?;
        let text = rest.split("</textarea>").next().unwrap_or_default();
        fields.push((attribute(head, "name")?.to_owned(), unescaped(text)));
    }
    for tag in form.split("<select ").skip(1) {
        let (head, rest) = tag.split_once('>')?;
        let options = rest.split("</select>").next().unwrap_or_default();
        let chosen = options.split("<option ").skip(1).find(|option| option.contains(" selected"));
        let value = chosen.and_then(|option| attribute(option, "value")).unwrap_or_default();
        fields.push((attribute(head, "name")?.to_owned(), unescaped(value)));
    }
    Some(fields)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let begin = format!("{name}=\"");
    let at = if tag.starts_with(&begin) { 0 } else { tag.find(&format!(" {begin}"))? + 1 };
    tag.get(at + begin.len()..)?.split('"').next()
}

pub(crate) fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
