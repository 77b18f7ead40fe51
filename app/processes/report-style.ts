/**
 * The look of the report's file: that of the printed page (app/pages/technician/report.css), which is no part of an
 * installed appliance. A sheet of A4 in black on white; nothing is loaded, nothing runs.
 */
export const REPORT_STYLE = `@page{size:A4;margin:12mm 14mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:182mm;font:10.5pt/1.45 'Noto Sans CJK SC','Microsoft YaHei',sans-serif}
.report{width:100%;table-layout:fixed;border-collapse:collapse;color:#000;overflow-wrap:anywhere}
.report>*>tr>td{padding:0}
h1{display:flex;justify-content:center;align-items:center;gap:1em;margin:0 0 2mm;font-size:18pt;font-weight:600;line-height:1.3}
h1 span{padding:0 .6em;border:1pt solid #000;font-size:10.5pt}
.report-whose{display:flex;justify-content:space-between;gap:6mm;margin:0 0 3mm;padding-bottom:1mm;border-bottom:1.2pt solid #000}
.report-facts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1mm 6mm;margin:0}
.report-facts div{display:grid;grid-template-columns:6.5em minmax(0,1fr)}
.report-facts div:nth-child(3){grid-column:1/-1}
.report-facts dd{margin:0}
.report-verdict{margin:4mm 0 3mm;padding:2mm 3mm;border:1.2pt solid #000;font-weight:600}
.report-lines{width:100%;border-collapse:collapse;font-size:9.5pt}
.report-lines thead{display:table-header-group}
.report-lines tr{break-inside:avoid}
.report-lines th,.report-lines td{padding:.9mm 2mm;border-bottom:.5pt solid #000;text-align:left;vertical-align:top}
.report-lines th:first-child{width:9em;font-weight:600}
.report-lines td:nth-child(2),.report-lines th:nth-child(2){width:3.5em;white-space:nowrap}
.report-line--fail td:nth-child(2),.report-line--warn td:nth-child(2){font-weight:700}
.report-lines b{display:block}
.report-signatures{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:6mm;margin-top:6mm;break-inside:avoid}
.report-signatures p{display:grid;gap:12mm;margin:0;padding:2mm;border:.5pt solid #000}`;
