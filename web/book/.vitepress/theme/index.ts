// VitePress's own theme without its fonts, in the colours of the playground, with the way there and a head for diagnostics.

import { useData } from "vitepress";
import Theme from "vitepress/theme-without-fonts";
import { defineComponent, h, onMounted, watch } from "vue";
import "../../../src/styles/variables.css";
import "./book.css";

/** VitePress's layout with what the book adds. */
const Layout = defineComponent(() => {
  const { frontmatter, theme } = useData();
  // It is no page of this site, which `_self` says to the router.
  const playground = (words: string) => h("a", { class: "to-playground", href: theme.value["playground"], target: "_self" }, words);
  const finding = () => {
    const { severity, layer } = frontmatter.value;
    return severity ? h("aside", { class: "finding", "aria-label": "Level and layer" }, [h("span", { class: severity }, severity), h("span", layer)]) : null;
  };
  // VitePress's first page has no main part for those who jump to it; all others have one of their own.
  const sayMain = () => {
    const content = document.getElementById("VPContent");
    if (frontmatter.value["layout"] === "home") content?.setAttribute("role", "main");
    else content?.removeAttribute("role");
  };
  onMounted(() => watch(() => frontmatter.value["layout"], sayMain, { immediate: true, flush: "post" }));
  return () =>
    h(Theme.Layout, { class: frontmatter.value["severity"] ? `severity-${frontmatter.value["severity"]}` : "" }, {
      "nav-bar-content-after": () => playground("Playground"),
      "nav-bar-title-before": () => h("img", { class: "icon-of-site", src: `${theme.value["playground"]}icon.svg`, alt: "", width: 24, height: 24 }),
      "doc-before": finding,
    });
});

export default { extends: Theme, Layout };
