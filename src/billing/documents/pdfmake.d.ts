/**
 * What is used here of pdfmake. Its types on npm bring the globals of a browser into every file of this server, where a slip such as `name` or `close`
 * would then pass for a variable.
 */
declare module "pdfmake" {
  type Alignment = "left" | "right";
  type Margin = [left: number, top: number, right: number, bottom: number];
  type Width = number | "*" | "auto";

  interface Style {
    font?: string;
    fontSize?: number;
    lineHeight?: number;
    bold?: boolean;
    color?: string;
    fillColor?: string;
    alignment?: Alignment;
    margin?: Margin;
    wordBreak?: "break-all";
  }
  interface Placed extends Style {
    width?: Width;
    unbreakable?: boolean;
    colSpan?: number;
  }
  interface Line {
    type: "line";
    x1: number;
    y1: number;
    x2: number;
    y2: number;
    lineWidth: number;
    lineColor: string;
  }

  export interface ContentText extends Placed {
    text: string | readonly ({ text: string } & Style)[];
  }
  export interface ContentStack extends Placed {
    stack: Content[];
  }
  export interface ContentColumns extends Placed {
    columns: Content[];
    columnGap?: number;
  }
  export interface ContentCanvas extends Placed {
    canvas: Line[];
  }
  export interface ContentTable extends Placed {
    table: { body: TableCell[][]; widths: Width[]; headerRows?: number; dontBreakRows?: boolean };
    layout: TableLayout;
  }
  export type Content = ContentText | ContentStack | ContentColumns | ContentCanvas | ContentTable;
  /** A text alone, which is empty where the cell before it spans it. */
  export type TableCell = Content | string;

  export interface TableLayout {
    hLineWidth?(row: number): number;
    vLineWidth?(column: number): number;
    hLineColor?(row: number): string;
    paddingLeft?(column: number): number;
    paddingRight?(column: number): number;
    paddingTop?(row: number): number;
    paddingBottom?(row: number): number;
  }

  export interface DocumentDefinition {
    pageSize: "A4";
    pageMargins: Margin;
    language: string;
    info: { title: string; author: string; creationDate: Date };
    defaultStyle: Style;
    header(page: number, pages: number): Content | null;
    footer(page: number, pages: number): Content | null;
    content: Content[];
  }

  const pdfmake: {
    setFonts(fonts: Readonly<Record<string, { readonly normal: string; readonly bold: string }>>): void;
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    setLocalAccessPolicy(allows: (path: string) => boolean): void;
    createPdf(document: DocumentDefinition): { getBuffer(): Promise<Uint8Array> };
  };
  export default pdfmake;
}
